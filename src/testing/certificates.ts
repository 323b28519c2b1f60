/**
 * Certificates that nobody trusts and keys that everybody has, for tests of TLS and for nothing else: two pairs, valid
 * for a hundred years from 2026, made once with `openssl req -x509`. The first is for localhost and its addresses.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const fixtures = join(import.meta.dirname, "fixtures");
const pair = (
  name: string,
): {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
} => {
  const [certFile, keyFile] = [join(fixtures, `${name}certificate.pem`), join(fixtures, `${name}key.pem`)];
  return { certFile, keyFile, cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8") };
};

export const testCertificate = pair("test-only-");
export const otherTestCertificate = pair("test-only-other-");
