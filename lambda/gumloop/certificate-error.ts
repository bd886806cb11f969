/** What to do about a certificate that this server does not accept. Pure. */

/** OpenSSL's and Node's codes for a certificate that was refused. */
const CERTIFICATE =
  /^(CERT_|ERR_TLS_CERT|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CA_|INVALID_CA|HOSTNAME_MISMATCH|CRL_)/
const NOT_TRUSTED = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_UNTRUSTED|CA_|INVALID_CA)/

/** @returns undefined for an error that is not about a certificate. */
export function certificateAdvice(code: string | undefined): string | undefined {
  if (code === undefined || !CERTIFICATE.test(code)) return undefined
  if (!NOT_TRUSTED.test(code))
    return 'The certificate at this address was refused. Repeating does not help: tell the administrator.'
  return (
    'The certificate at this address is not trusted here, as happens behind a proxy that inspects TLS. Repeating does not' +
    " help: tell the administrator to start the server with NODE_EXTRA_CA_CERTS set to the file of the company's CA certificate."
  )
}
