// The settings of the issuer, read from the environment; an empty value counts as absent.
import { randomBytes } from "node:crypto";

const KEY_ALGORITHMS = ["EdDSA", "ES256", "RS256"];

export function readSettings(env) {
  const realmIssuer = address(env, "REALM_ISSUER", "http://localhost:8080/realms/expensicat");
  return {
    port: port(env.PORT || "9877"),
    issuer: env.ISSUER ? origin(env.ISSUER) : undefined,
    realmIssuer,
    // Where sign-ins are handed over to: a setting and never a parameter of a request, so that
    // nobody can send a person's assertion elsewhere.
    brokerEndpoint: address(env, "BROKER_ENDPOINT", `${realmIssuer}/broker/expensicat/endpoint`),
    introspectionEndpoint: `${realmIssuer.replace(/\/realms\/[^/]+$/, "")}/api/auth/oauth2/introspect`,
    secret: env.BETTER_AUTH_SECRET || randomBytes(32).toString("base64url"),
    keyAlgorithm: oneOf(env.KEY_ALGORITHM || "EdDSA", "KEY_ALGORITHM", KEY_ALGORITHMS),
    testControls: env.TEST_CONTROLS === "true",
  };
}

function port(value) {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65535) {
    throw new Error(`PORT must be a number from 0 to 65535, not ${value}`);
  }
  return Number(value);
}

function address(env, name, otherwise) {
  const value = env[name] || otherwise;
  if (!/^https?:$/.test(URL.canParse(value) ? new URL(value).protocol : "")) {
    throw new Error(`${name} must be an http or https address, not ${value}`);
  }
  return value;
}

function origin(value) {
  if (!URL.canParse(value) || new URL(value).origin !== value) {
    throw new Error(`ISSUER must be scheme, host and port alone, not ${value}`);
  }
  return value;
}

function oneOf(value, name, values) {
  if (!values.includes(value)) {
    throw new Error(`${name} must be one of ${values.join(", ")}, not ${value}`);
  }
  return value;
}
