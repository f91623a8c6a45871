// certificate: a certification authority of our own and a certificate for the test names, made by
// openssl at run time.
//
// Nothing secret is checked in and nothing expires. Knows file names only; who trusts the authority
// is the caller's matter.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/// Returns { authorityFile, key, certificate, publicKeyHash }: the authority as a PEM file, the
/// server's PEM texts and the base64 SHA-256 of its public key (the form Chromium takes a pinned
/// key in).
export function makeCertificate(directory, names) {
    const file = (name) => path.join(directory, name);
    const openssl = (...words) =>
        execFileSync('openssl', words, { stdio: ['ignore', 'pipe', 'pipe'] });
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

    openssl(
        'req',
        '-x509',
        ...newKey,
        '-keyout',
        file('authority.key'),
        '-out',
        file('authority.pem'),
        '-days',
        '2',
        '-subj',
        '/CN=Test authority',
        '-addext',
        'basicConstraints=critical,CA:TRUE',
        '-addext',
        'keyUsage=critical,keyCertSign,cRLSign',
    );
    openssl(
        'req',
        '-new',
        ...newKey,
        '-keyout',
        file('origin.key'),
        '-out',
        file('origin.csr'),
        '-subj',
        `/CN=${names[0]}`,
        '-addext',
        `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`,
    );
    openssl(
        'x509',
        '-req',
        '-in',
        file('origin.csr'),
        '-CA',
        file('authority.pem'),
        '-CAkey',
        file('authority.key'),
        '-CAcreateserial',
        '-copy_extensions',
        'copyall',
        '-days',
        '2',
        '-out',
        file('origin.pem'),
    );

    const publicKey = openssl('x509', '-in', file('origin.pem'), '-noout', '-pubkey');
    const der = execFileSync('openssl', ['pkey', '-pubin', '-outform', 'DER'], {
        input: publicKey,
    });
    const hash = execFileSync('openssl', ['dgst', '-sha256', '-binary'], { input: der });
    return {
        authorityFile: file('authority.pem'),
        key: readFileSync(file('origin.key')),
        certificate: readFileSync(file('origin.pem')),
        publicKeyHash: hash.toString('base64'),
    };
}
