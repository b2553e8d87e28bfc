// react-oauth2-code-pkce, which refreshes by itself where it sees that its access token has expired.
import { useContext, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { AuthContext, AuthProvider } from "react-oauth2-code-pkce";

const { issuer, clientId, redirectUri, scope } = globalThis.settings;
const metadata = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
const PREFIX = "ROCP_";
const LONG_AGO = "1";

let root, context;
let rendered = () => {};

const config = {
  clientId,
  authorizationEndpoint: metadata.authorization_endpoint,
  tokenEndpoint: metadata.token_endpoint,
  redirectUri,
  scope,
  autoLogin: false,
  storageKeyPrefix: PREFIX,
  onRefreshTokenExpire: () => rendered({ refused: true }),
};

function Application() {
  context = useContext(AuthContext);
  useEffect(() => void rendered(context), [context]);
  return context.token ? "Signed in" : "Signed out";
}

function open() {
  root = createRoot(document.querySelector("main"));
  root.render(
    <AuthProvider authConfig={config}>
      <Application />
    </AuthProvider>,
  );
}

/** The first state of the application that fits. */
function until(fits) {
  return new Promise((resolve) => {
    rendered = (state) => fits(state) && resolve(state);
    if (context) rendered(context);
  });
}

open();

globalThis.app = {
  signIn: async () => (await until(() => true)).logIn(),

  async tokens() {
    const { token } = await until(({ token }) => token);
    const headers = { authorization: `Bearer ${token}` };
    const { sub: subject } = await (await fetch(metadata.userinfo_endpoint, { headers })).json();
    return { access_token: token, subject };
  },

  /** The page is left, and opened again when the access token has expired. */
  async refresh() {
    const { token: before } = await until(({ token }) => token);
    root.unmount();
    localStorage.setItem(`${PREFIX}tokenExpire`, LONG_AGO);
    const after = until(({ token, refused }) => refused || (token && token !== before));
    open();
    const { token, refused } = await after;
    return refused ? { error: "refused" } : { access_token: token };
  },

  /** It has no revoke. */
  async revoke() {
    const token = JSON.parse(localStorage.getItem(`${PREFIX}refreshToken`));
    const body = new URLSearchParams({ client_id: clientId, token });
    const { status } = await fetch(metadata.revocation_endpoint, { method: "POST", body });
    return { status };
  },
};
