import type { ServerResponse } from 'node:http'
import { type Language, languageOf } from '../core/index.ts'
import { styleSources } from './page.ts'

/**
 * Sends a page of ours: it loads nothing and runs nothing, its forms go to us, nobody frames or keeps it, and where it
 * leads hears nothing of its address, which may hold what opens something.
 * @param vary request headers that it hangs on
 */
export function sendPage(
  response: ServerResponse,
  markup: string,
  { status = 200, vary = 'Accept-Language' }: { readonly status?: number; readonly vary?: string } = {},
): void {
  response.statusCode = status
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.setHeader(
    'content-security-policy',
    `default-src 'none'; style-src ${styleSources(markup)}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  )
  response.setHeader('cache-control', 'no-store')
  response.setHeader('referrer-policy', 'no-referrer')
  response.setHeader('vary', vary)
  response.end(markup)
}

/** The language a reader chose; without a choice the one it is for, or else the one her browser asks for. */
export const pageLanguage = (
  chosen: unknown,
  acceptLanguage: string | undefined,
  own?: Language,
): Language => (chosen === 'nl' || chosen === 'en' ? chosen : (own ?? languageOf(acceptLanguage)))
