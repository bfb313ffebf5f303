import { v7 } from 'uuid'
import { Refusal } from './refusal.ts'

/** A new id: UUIDv7 (RFC 9562), so ids sort by time and index well. */
export const newId = (): string => v7()

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Whether this can be an id of ours: a UUID in lower case. */
export const isId = (value: unknown): value is string => typeof value === 'string' && ID.test(value)

declare const brand: unique symbol

/** A decentralized identifier without path, query or fragment (W3C DID Core, section 3.1). */
export type Did = string & { readonly [brand]: 'Did' }

/** A credential type identifier: the `vct` of SD-JWT VC. */
export type Vct = string & { readonly [brand]: 'Vct' }

const DID = /^did:[a-z0-9]+:(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2}|:)*(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})$/

export const isDid = (value: unknown): value is Did =>
  typeof value === 'string' && value.length <= 2048 && DID.test(value)

/** @throws Refusal `invalid_did` */
export function asDid(value: unknown): Did {
  if (!isDid(value)) throw new Refusal('invalid', 'invalid_did', 'this is not a DID')
  return value
}

/** The DID a DID URL (such as a `kid`) belongs to. @throws Refusal `invalid_did` */
export const didOfUrl = (url: string): Did => asDid(url.split(/[#?/]/, 1)[0])

/** @throws Refusal `invalid_vct` when empty or over 500 characters */
export function asVct(value: unknown): Vct {
  if (typeof value !== 'string' || value.length === 0 || value.length > 500)
    throw new Refusal('invalid', 'invalid_vct', 'this is not a credential type')
  return value as Vct
}
