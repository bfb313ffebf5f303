import { createHmac } from 'node:crypto'
import { domainToASCII } from 'node:url'
import { z } from 'zod'
import { Refusal } from '../core/index.ts'

const MAX_ADDRESS = 254
const email = z.email().max(MAX_ADDRESS)

/** Whether a text is an address that is mailed. */
export const isAddress = (text: string): boolean => form(text) !== null

/**
 * An address as it is mailed: one recipient, nothing else a mail server would read.
 * @throws Refusal `mail_address_invalid`
 */
export function parseAddress(text: string): string {
  const address = form(text)
  if (address === null) throw new Refusal('invalid', 'mail_address_invalid', 'this is no e-mail address')
  return address
}

function form(text: string): string | null {
  const at = text.lastIndexOf('@')
  const address = `${text.slice(0, at)}@${domainToASCII(text.slice(at + 1))}`
  return at > 0 && email.safeParse(address).success ? address : null
}

/** Marks an address by a keyed hash: it can be compared, and not be read. */
export const markOf = (key: Buffer, address: string): string =>
  createHmac('sha256', key).update(address.toLowerCase()).digest('base64url')
