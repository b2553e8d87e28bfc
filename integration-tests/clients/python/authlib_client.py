"""Authlib as a confidential client; a JSON object a line, the step to do in, what came of it out."""

import json
import sys

import authlib
import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, jwt


class Client:
    def discover(self, issuer):
        self.metadata = requests.get(f"{issuer}/.well-known/openid-configuration").json()

    def authorize(self, issuer, clientId, clientSecret, redirectUri, scope):
        self.discover(issuer)
        self.session = OAuth2Session(
            clientId,
            clientSecret,
            scope=scope,
            redirect_uri=redirectUri,
            code_challenge_method="S256",
        )
        self.code_verifier = generate_token(48)
        self.nonce = generate_token()
        url, self.state = self.session.create_authorization_url(
            self.metadata["authorization_endpoint"],
            code_verifier=self.code_verifier,
            nonce=self.nonce,
        )
        return {"version": authlib.__version__, "clientId": clientId, "url": url}

    def callback(self, url):
        tokens = self.session.fetch_token(
            self.metadata["token_endpoint"],
            authorization_response=url,
            state=self.state,
            code_verifier=self.code_verifier,
        )
        keys = JsonWebKey.import_key_set(requests.get(self.metadata["jwks_uri"]).json())
        expected = {
            "iss": {"essential": True, "value": self.metadata["issuer"]},
            "aud": {"essential": True, "value": self.session.client_id},
            "nonce": {"essential": True, "value": self.nonce},
        }
        claims = jwt.decode(tokens["id_token"], keys, claims_options=expected)
        claims.validate()
        return {**tokens, "subject": claims["sub"]}

    def stored(self):
        return self.session.token

    def resume(self, issuer, clientId, clientSecret, redirectUri, scope, stored):
        self.discover(issuer)
        self.session = OAuth2Session(clientId, clientSecret, scope=scope, token=stored)
        return {}

    def refresh(self):
        try:
            return self.session.refresh_token(self.metadata["token_endpoint"])
        except OAuthError as refusal:
            return {"error": refusal.error}

    def revoke(self):
        self.session.revoke_token(
            self.metadata["revocation_endpoint"], token_type_hint="refresh_token"
        ).raise_for_status()
        return {}


client = Client()
for line in sys.stdin:
    given = json.loads(line)
    print(json.dumps(getattr(client, given.pop("do"))(**given)), flush=True)
