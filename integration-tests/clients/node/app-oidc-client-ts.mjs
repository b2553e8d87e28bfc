// oidc-client-ts, with the metadata's addresses.
import { ErrorResponse, UserManager, WebStorageStateStore } from "oidc-client-ts";

const { issuer, clientId, redirectUri, scope } = globalThis.settings;

const manager = new UserManager({
  authority: issuer,
  client_id: clientId,
  redirect_uri: redirectUri,
  scope,
  loadUserInfo: true,
  userStore: new WebStorageStateStore({ store: localStorage }),
});
if (location.search) {
  await manager.signinCallback();
  history.replaceState({}, "", location.pathname);
}

globalThis.app = {
  signIn: () => manager.signinRedirect(),

  async tokens() {
    const { access_token, profile } = await manager.getUser();
    return { access_token, subject: profile.sub };
  },

  async refresh() {
    try {
      const { access_token } = await manager.signinSilent();
      return { access_token };
    } catch (error) {
      if (error instanceof ErrorResponse) return { error: error.error };
      throw error;
    }
  },

  /** It forgets a token that it revoked; here it is tried again. */
  async revoke() {
    const user = await manager.getUser();
    await manager.revokeTokens(["refresh_token"]);
    await manager.storeUser(user);
    return { status: 200 };
  },
};
