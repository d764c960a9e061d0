// A real OpenID provider for the sign-in tests, on this machine only. What it knows comes as JSON in the first
// argument: port, issuer, clients, keys, accounts (claims by subject). It says "ready" once it listens.
import { Provider } from "oidc-provider";

const given = JSON.parse(process.argv[2]);

const provider = new Provider(given.issuer, {
  clients: given.clients,
  jwks: { keys: given.keys },
  cookies: { keys: ["only for tests"] },
  scopes: ["openid", "profile", "nationalrbacaccess"],
  claims: {
    openid: ["sub", "id_assurance_level", "authentication_assurance_level", "vot", "selected_roleid"],
    profile: ["name", "given_name", "family_name", "nhs_number", "birthdate", "identity_proofing_level"],
    nationalrbacaccess: ["nhsid_nrbac_roles"],
  },
  pkce: { required: () => true },
  features: {
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    devInteractions: { enabled: true },
  },
  enabledJWA: { clientAuthSigningAlgValues: ["RS512", "RS256"], idTokenSigningAlgValues: ["RS256", "RS512"] },
  findAccount: (_ctx, sub) => given.accounts[sub] && { accountId: sub, claims: () => ({ sub, ...given.accounts[sub] }) },
  // Without the dispatcher that keeps it off this machine, where our keys and our logout address are.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
});

provider.listen(given.port, "127.0.0.1", () => console.log("ready"));
