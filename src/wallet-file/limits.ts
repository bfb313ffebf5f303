/** Characters of a whole file. */
export const MAX_FILE_CHARS = 64 * 1024 ** 2
/** Bytes of what is in it: a file of the largest size holds no more. */
export const MAX_CONTENTS_BYTES = 48 * 1024 ** 2
/** Characters of one credential: what a wallet takes from an issuer is smaller. */
export const MAX_CREDENTIAL_CHARS = 2 * 1024 ** 2
/** Credentials in a file, and keys. */
export const MAX_ENTRIES = 2_000
