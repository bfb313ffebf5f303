import type { Text } from './node-hints.ts'

const anew: Text = [
  'export it anew at the node it came from, or take another copy of the file',
  'exporteer opnieuw bij de node waar het vandaan komt, of neem een andere kopie van het bestand',
]
const foreign: Text = [
  'give the file that regie wallet export wrote; docs/wallet-file.md says what it looks like',
  'geef het bestand dat regie wallet export schreef; docs/wallet-file.md zegt hoe het eruitziet',
]
const atOther: Text = [
  'ask its issuer for a new one here: {regie} wallet offers add <link>',
  'vraag de uitgever hier om een nieuw: {regie} wallet offers add <link>',
]

/** About wallets that go from one node to another. */
export const walletHints: Readonly<Record<string, Text>> = {
  wallet_file_truncated: anew,
  wallet_file_damaged: anew,
  wallet_file_contents_invalid: anew,
  wallet_file_duplicate_entry: anew,
  wallet_file_malformed: foreign,
  wallet_file_foreign: foreign,
  wallet_file_too_large: foreign,
  wallet_file_kdf_unsupported: foreign,
  wallet_file_version_unsupported: ['use a newer version of Regie', 'gebruik een nieuwere versie van Regie'],
  wallet_file_passphrase_wrong: [
    'type it as it was when the file was written; without it nobody opens the file',
    'typ hem zoals toen het bestand werd geschreven; zonder opent niemand het bestand',
  ],
  wallet_file_key_invalid: [
    'send 32 bytes as base64url, made of the passphrase as docs/wallet-file.md says',
    'stuur 32 bytes als base64url, van de wachtzin gemaakt zoals docs/wallet-file.md zegt',
  ],
  wallet_too_large: [
    'set aside what you no longer use: {regie} wallet remove <id>',
    'leg opzij wat u niet meer gebruikt: {regie} wallet remove <id>',
  ],
  key_not_portable: atOther,
  credential_format_unsupported: atOther,
  credential_revoked: atOther,
  credential_set_aside: atOther,
  holder_key_missing: anew,
  holder_key_invalid: anew,
  holder_key_taken: [
    'import it for whom it is: add --for organisation, or leave it out',
    'importeer het voor wie het is: voeg --for organisation toe, of laat dat weg',
  ],
}
