// keycloak-js, by the addresses that it makes up itself out of server and realm.
import Keycloak from "keycloak-js";

const { issuer, clientId, redirectUri, scope } = globalThis.settings;
const [url, realm] = issuer.split("/realms/");
const STORED = "tokens";

const keycloak = new Keycloak({ url, realm, clientId });
keycloak.onAuthSuccess = keycloak.onAuthRefreshSuccess = () => {
  const { token, refreshToken, idToken } = keycloak;
  localStorage.setItem(STORED, JSON.stringify({ token, refreshToken, idToken }));
};
await keycloak.init({
  redirectUri,
  scope,
  checkLoginIframe: false,
  ...JSON.parse(localStorage.getItem(STORED)),
});

globalThis.app = {
  signIn: () => keycloak.login(),

  async tokens() {
    const { sub: subject } = await keycloak.loadUserInfo();
    return { access_token: keycloak.token, subject };
  },

  async refresh() {
    try {
      await keycloak.updateToken(-1);
      return { access_token: keycloak.token };
    } catch (error) {
      return { error: String(error) };
    }
  },

  /** It has no revoke. */
  async revoke() {
    const metadata = await fetch(`${issuer}/.well-known/openid-configuration`);
    const { revocation_endpoint } = await metadata.json();
    const body = new URLSearchParams({ client_id: clientId, token: keycloak.refreshToken });
    const { status } = await fetch(revocation_endpoint, { method: "POST", body });
    return { status };
  },
};
