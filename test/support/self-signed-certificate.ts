/** A new certificate for a host name, made by the program `openssl`, which every system of ours has. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

export function selfSignedCertificate(hostName: string): { cert: string; key: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'certificate-'))
  const [cert = '', key = ''] = ['cert.pem', 'key.pem'].map(name => path.join(folder, name))
  const names = ['-subj', `/CN=${hostName}`, '-addext', `subjectAltName=DNS:${hostName}`]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  try {
    execFileSync(
      'openssl',
      ['req', '-x509', ...curve, '-keyout', key, '-out', cert, '-days', '2', ...names],
      {
        stdio: 'pipe',
      },
    )
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
