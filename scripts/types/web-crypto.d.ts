import type { webcrypto } from "node:crypto";

// Node has the class of the web standard but declares its type only inside node:crypto, while packages use the global.
declare global {
  type CryptoKey = webcrypto.CryptoKey;
}
