<#-- The three steps of the guide as programs, which a test runs as they stand here. -->
<details>
  <summary>curl, with bash and openssl</summary>
  <pre tabindex="0"><code id="program-curl">verifier=$(openssl rand -base64 32 | tr '+/' '-_' | tr -d '=')
challenge=$(printf %s "$verifier" | openssl dgst -sha256 -binary | base64 | tr '+/' '-_' | tr -d '=')
state=$(openssl rand -hex 16)
echo "Open ${authorize}?response_type=code&amp;client_id=YOUR_CLIENT_ID\
&amp;redirect_uri=https://yourapp.com/callback&amp;scope=transactions:read\
&amp;state=$state&amp;code_challenge=$challenge&amp;code_challenge_method=S256"
read -r -p 'Address where the browser landed: ' landed
case $landed in *"state=$state"*) ;; *) echo 'The answer belongs to another request.' &amp;&amp; exit 1 ;; esac
code=$(printf %s "$landed" | sed -n 's/.*[?&amp;]code=\([^&amp;]*\).*/\1/p')

access_token=$(curl -sS ${token} -H 'Content-Type: application/json' -d '{
  "grant_type": "authorization_code", "code": "'"$code"'", "redirect_uri": "https://yourapp.com/callback",
  "client_id": "YOUR_CLIENT_ID", "code_verifier": "'"$verifier"'"}' | sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p')

curl -sS ${api}/transactions -H "Authorization: Bearer $access_token"
</code></pre>
</details>
<details>
  <summary>JavaScript, with Node.js 20 or newer</summary>
  <pre tabindex="0"><code id="program-javascript">import { createHash, randomBytes } from "node:crypto";
import { createInterface } from "node:readline/promises";

const random = () =&gt; randomBytes(32).toString("base64url");
const client = { client_id: "YOUR_CLIENT_ID", redirect_uri: "https://yourapp.com/callback" };
const verifier = random();
const state = random();

const authorize = new URL("${authorize}");
authorize.search = new URLSearchParams({
  ...client,
  response_type: "code",
  scope: "transactions:read",
  state,
  code_challenge: createHash("sha256").update(verifier).digest("base64url"),
  code_challenge_method: "S256",
});
console.log("Open", authorize.href);
const terminal = createInterface({ input: process.stdin, output: process.stdout });
const landed = new URL(await terminal.question("Address where the browser landed: ")).searchParams;
terminal.close();
if (landed.get("state") !== state) throw new Error("The answer belongs to another request");

const answer = await fetch("${token}", {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({
    ...client,
    grant_type: "authorization_code",
    code: landed.get("code"),
    code_verifier: verifier,
  }),
});
const { access_token } = await answer.json();

const transactions = await fetch("${api}/transactions", {
  headers: { Authorization: `Bearer ${r"${"}access_token}` },
});
console.log(await transactions.text());
</code></pre>
</details>
<details>
  <summary>Python, from 3.8 on</summary>
  <pre tabindex="0"><code id="program-python">import base64, hashlib, json, secrets
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

client = {"client_id": "YOUR_CLIENT_ID", "redirect_uri": "https://yourapp.com/callback"}
verifier = secrets.token_urlsafe(32)
state = secrets.token_urlsafe(32)
digest = hashlib.sha256(verifier.encode()).digest()

print("Open", "${authorize}?" + urlencode({
    **client,
    "response_type": "code",
    "scope": "transactions:read",
    "state": state,
    "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
    "code_challenge_method": "S256",
}), flush=True)
landed = parse_qs(urlsplit(input("Address where the browser landed: ")).query)
if landed["state"] != [state]:
    raise SystemExit("The answer belongs to another request")

body = json.dumps({
    **client,
    "grant_type": "authorization_code",
    "code": landed["code"][0],
    "code_verifier": verifier,
}).encode()
with urlopen(Request("${token}", body, {"Content-Type": "application/json"})) as answer:
    access_token = json.load(answer)["access_token"]

api = Request("${api}/transactions", headers={"Authorization": "Bearer " + access_token})
with urlopen(api) as transactions:
    print(transactions.read().decode())
</code></pre>
</details>
<details>
  <summary>Java, from 17 on, in one file</summary>
  <pre tabindex="0"><code id="program-java">import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Scanner;
import java.util.regex.Pattern;

class Transactions {

  static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
  static final HttpClient HTTP = HttpClient.newHttpClient();

  public static void main(String[] args) throws Exception {
    String verifier = random();
    String state = random();
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes("US-ASCII"));
    System.out.println("Open ${authorize}"
        + "?response_type=code&amp;client_id=YOUR_CLIENT_ID&amp;redirect_uri=https://yourapp.com/callback"
        + "&amp;scope=transactions:read&amp;state=" + state
        + "&amp;code_challenge=" + BASE64URL.encodeToString(digest) + "&amp;code_challenge_method=S256");
    System.out.print("Address where the browser landed: ");
    String landed = new Scanner(System.in).nextLine();
    if (!landed.contains("state=" + state)) {
      throw new IllegalStateException("The answer belongs to another request");
    }

    String tokens = send(HttpRequest.newBuilder(URI.create("${token}"))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString("""
            {"grant_type": "authorization_code", "code": "%s", "code_verifier": "%s",
             "client_id": "YOUR_CLIENT_ID", "redirect_uri": "https://yourapp.com/callback"}
            """.formatted(found("[?&amp;]code=([^&amp;]+)", landed), verifier))));

    System.out.println(send(HttpRequest.newBuilder(URI.create("${api}/transactions"))
        .header("Authorization", "Bearer " + found("\"access_token\":\"([^\"]+)", tokens))));
  }

  static String random() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return BASE64URL.encodeToString(bytes);
  }

  static String send(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.build(), BodyHandlers.ofString()).body();
  }

  static String found(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().findFirst().orElseThrow().group(1);
  }
}
</code></pre>
</details>
