// oidc-provider with opaque tokens, rotation, consent remembered with the session, on SQLite.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import Provider from "oidc-provider";
import { openDatabase, redirectUri, scopes, serve } from "./peer.mjs";

const ACCESS_TOKEN = 300; // seconds
const REFRESH_TOKEN = 90 * 24 * 3600;
const SESSION = 10 * 3600;

const database = openDatabase();
database.exec(`
  create table item (
    key text primary key, payload text not null, grant_id text, uid text, expires_at integer
  ) without rowid;
  create index item_grant on item (grant_id) where grant_id is not null;
  create index item_uid on item (uid) where uid is not null;
`);
const put = database.prepare("insert or replace into item values (?, ?, ?, ?, ?)");
const byKey = database.prepare("select payload, expires_at from item where key = ?");
const byUid = database.prepare("select payload, expires_at from item where uid = ?");
const consumed = database.prepare(
  "update item set payload = json_set(payload, '$.consumed', ?) where key = ?",
);
const byGrant = database.prepare("delete from item where grant_id = ?");
const remove = database.prepare("delete from item where key = ?");

const now = () => Math.floor(Date.now() / 1000);

const found = (row) =>
  row && (row.expires_at === null || row.expires_at > now()) ? JSON.parse(row.payload) : undefined;

/** All that oidc-provider keeps, in one table. */
class SqliteAdapter {
  constructor(model) {
    this.model = model;
  }

  key(id) {
    return `${this.model}:${id}`;
  }

  async upsert(id, payload, expiresIn) {
    const expiresAt = expiresIn ? now() + expiresIn : null;
    const { grantId = null, uid = null } = payload;
    put.run(this.key(id), JSON.stringify(payload), grantId, uid, expiresAt);
  }

  async find(id) {
    return found(byKey.get(this.key(id)));
  }

  async findByUid(uid) {
    return found(byUid.get(uid));
  }

  async consume(id) {
    consumed.run(now(), this.key(id));
  }

  async destroy(id) {
    remove.run(this.key(id));
  }

  async revokeByGrantId(grantId) {
    byGrant.run(grantId);
  }
}

serve((address) => {
  const secret = randomBytes(24).toString("hex");
  const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const provider = new Provider(address, {
    adapter: SqliteAdapter,
    jwks: { keys: [{ ...key.export({ format: "jwk" }), alg: "RS256", use: "sig", kid: "load" }] },
    cookies: { keys: [randomBytes(24).toString("hex")] },
    scopes: ["openid", "offline_access", ...scopes],
    clients: [
      {
        client_id: "load",
        token_endpoint_auth_method: "none",
        grant_types: ["authorization_code", "refresh_token"],
        redirect_uris: [redirectUri],
      },
      {
        client_id: "api",
        client_secret: secret,
        grant_types: [],
        response_types: [],
        redirect_uris: [],
      },
    ],
    features: { introspection: { enabled: true } },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    pkce: { required: () => true },
    ttl: { AccessToken: ACCESS_TOKEN, RefreshToken: REFRESH_TOKEN, Session: SESSION, Grant: SESSION },
  });
  return { listener: provider.callback(), client: "load", api: `api:${secret}` };
});
