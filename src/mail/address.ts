import { createHmac } from 'node:crypto'
import { domainToASCII } from 'node:url'
import { z } from 'zod'
import { Refusal } from '../core/index.ts'

const MAX_ADDRESS = 254
const email = z.email().max(MAX_ADDRESS)

/**
 * An address as it is mailed: one recipient, nothing else a mail server would read.
 * @throws Refusal `mail_address_invalid`
 */
export function parseAddress(text: string): string {
  const at = text.lastIndexOf('@')
  const address = `${text.slice(0, at)}@${domainToASCII(text.slice(at + 1))}`
  if (at < 1 || !email.safeParse(address).success)
    throw new Refusal('invalid', 'mail_address_invalid', 'this is no e-mail address')
  return address
}

/** Marks an address by a keyed hash: it can be compared, and not be read. */
export const markOf = (key: Buffer, address: string): string =>
  createHmac('sha256', key).update(address.toLowerCase()).digest('base64url')
