// Who may pass: what the realm's `check` says of a token, asked at each request, so that an ending is heard at once.

/**
 * A function from a request to its caller (the SDK's AuthInfo, without the token, which goes nowhere else), or to the
 * answer that refuses it.
 *
 * @param address of this server, letter by letter as the realm has it
 * @param metadataAddress where a client finds the realm (RFC 9728 5.1)
 * @param checkEndpoint of the realm
 * @param scope what a stranger is told to ask for first
 */
export function createGate({ address, metadataAddress, checkEndpoint, scope }) {
  const check = `${checkEndpoint}?${new URLSearchParams({ resource: address })}`;
  const attributes = `scope="${scope}", resource_metadata="${metadataAddress}"`;
  const refused = (error) =>
    new Response(null, {
      status: 401,
      headers: { "WWW-Authenticate": `Bearer ${error}${attributes}` },
    });

  return async (request) => {
    const authorization = request.headers.get("Authorization");
    if (!authorization) return refused("");
    const { status, headers } = await fetch(check, { headers: { authorization } }).catch(
      unreachable,
    );
    const said = (name) => decodeURIComponent(headers.get(`X-Auth-Request-${name}`));
    if (status === 200 && said("Token-Use") === "access") return caller(address, said);
    if (status === 200 || status === 401) return refused('error="invalid_token", ');
    return new Response(null, {
      status: 503,
      headers: { "Retry-After": headers.get("Retry-After") ?? "5" },
    });
  };
}

function unreachable(error) {
  console.error(`MCP server: the realm does not answer: ${error.cause ?? error}`);
  return new Response(null, { status: 503 });
}

function caller(address, said) {
  return {
    clientId: said("Client"),
    scopes: said("Scope").split(" ").filter(Boolean),
    resource: new URL(address),
    extra: {
      person: said("Subject") || said("User"),
      user: said("User"),
      organization: said("Org"),
    },
  };
}
