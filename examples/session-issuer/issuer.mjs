// Better Auth with its jwt plugin, all in memory: people, sessions and keys end with the process.
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { createJwk, jwt } from "better-auth/plugins/jwt";

const DEMO_PERSON = {
  name: "Erika Expensicat",
  email: "erika@expensicat.test",
  password: "erika-demo-password",
};
const SIGN_IN_LIFETIME = 120; // seconds

/** The issuer at that address, with the demo person in it. */
export async function createIssuer(address, { secret, keyAlgorithm, realmIssuer }) {
  const jwtOptions = { jwks: { keyPairConfig: { alg: keyAlgorithm } } };
  const auth = betterAuth({
    baseURL: address,
    secret,
    database: memoryAdapter({ user: [], session: [], account: [], verification: [], jwks: [] }),
    emailAndPassword: { enabled: true },
    user: {
      // One more field of the person is one more claim of the session JWT.
      additionalFields: {
        org: { type: "string", required: false, input: false, defaultValue: "cats-and-company" },
      },
    },
    plugins: [jwt(jwtOptions)],
    telemetry: { enabled: false },
    // To stderr, and without Better Auth's further arguments, which hold e-mail addresses.
    logger: { level: "warn", log: (level, message) => console.error(`${level}: ${message}`) },
  });
  const context = await auth.$context;
  const verifyEmail = (email) =>
    context.internalAdapter.updateUserByEmail(email, { emailVerified: true });
  await auth.api.signUpEmail({ body: DEMO_PERSON });
  await verifyEmail(DEMO_PERSON.email);

  return {
    address,
    handler: auth.handler,

    /** The person who is signed in, or null. */
    async person(headers) {
      return (await auth.api.getSession({ headers }))?.user ?? null;
    },

    /** Better Auth's answer, whose cookies are the session. */
    signIn: (headers, email, password) =>
      auth.api.signInEmail({ headers, body: { email, password }, asResponse: true }),

    signOut: (headers) => auth.api.signOut({ headers, asResponse: true }),

    /** The session JWT of the person who is signed in. */
    async sessionJwt(headers) {
      return (await auth.api.getToken({ headers })).token;
    },

    /** A JWT that signs this person in at the realm, once: for its audience and with its nonce. */
    async assertion(person, nonce) {
      const iat = Math.floor(Date.now() / 1000);
      const payload = {
        ...person,
        sub: person.id,
        aud: realmIssuer,
        nonce,
        iat,
        exp: iat + SIGN_IN_LIFETIME,
      };
      return (await auth.api.signJWT({ body: { payload } })).token;
    },

    /**
     * Signs with a new key from now on. The old ones stay published, as after Better Auth's own
     * rotation, or are withdrawn.
     */
    async rotate(withdraw) {
      for (const { id } of await context.adapter.findMany({ model: "jwks" })) {
        const where = [{ field: "id", value: id }];
        if (withdraw) {
          await context.adapter.delete({ model: "jwks", where });
        } else {
          await context.adapter.update({ model: "jwks", where, update: { expiresAt: new Date() } });
        }
      }
      await createJwk({ context }, jwtOptions);
    },

    /** False where nobody has that address. */
    async verifyEmail(email) {
      return Boolean(await verifyEmail(email));
    },
  };
}
