// The settings of the server, read from the environment; an empty value counts as absent.

export function readSettings(env) {
  const port = portOf(env.PORT || "9878");
  const realmIssuer = url(env, "REALM_ISSUER", "http://localhost:8080/realms/expensicat");
  return {
    port,
    address: url(env, "ADDRESS", `http://localhost:${port}/mcp`),
    realmIssuer,
    checkEndpoint: `${realmIssuer.replace(/\/realms\/[^/]+$/, "")}/api/auth/oauth2/check`,
  };
}

function portOf(value) {
  if (!/^[1-9]\d{0,4}$/.test(value) || Number(value) > 65535) {
    throw new Error(`PORT must be a number from 1 to 65535, not ${value}`);
  }
  return Number(value);
}

function url(env, name, otherwise) {
  const value = env[name] || otherwise;
  const { protocol, search, hash } = URL.canParse(value) ? new URL(value) : {};
  if (!/^https?:$/.test(protocol) || search || hash) {
    throw new Error(`${name} must be an http or https address without query, not ${value}`);
  }
  return value;
}
