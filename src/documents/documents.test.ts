import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dayInWords, documentLanguages, Html, html, page, timeInWords, unguard, writeCsv } from './index.ts'

test('what is put into a page is text, whatever it looks like', () => {
  const name = `<script>alert("1")</script> & 'co'`
  const body = html`<p title="${name}">${name}</p>`
  expect(String(body)).toBe(
    '<p title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;co&#39;">&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;co&#39;</p>',
  )
  expect(page({ language: 'nl', title: name, body })).not.toContain('<script')
})

test('no text of others begins a tag or ends an attribute', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(String(html`${text}`)).not.toMatch(/[<>"']/)
    }),
  )
})

test('markup stays markup, lists are joined, and nothing stands for what is not there', () => {
  const items = ['a', 'b&c'].map((one) => html`<li>${one}</li>`)
  expect(String(html`<ul>${items}</ul>${null}${undefined}${0}`)).toBe('<ul><li>a</li><li>b&amp;c</li></ul>0')
  expect(html``).toBeInstanceOf(Html)
})

test('a name cannot turn round the direction in which the rest reads, nor hide signs', () => {
  expect(String(html`${'Jan\u202Eneerdnas\u0000'}`)).toBe('Janneerdnas\uFFFD')
})

test.each(documentLanguages)('a page in %s says so, and loads nothing from elsewhere', (language) => {
  const text = page({ language, title: 'T', body: html`<h1>T</h1>` })
  expect(text).toContain(`<html lang="${language}">`)
  expect(text).toContain(`default-src 'none'`)
  expect(text).not.toMatch(/https?:/)
})

test('times are written as people in the Netherlands read them', () => {
  const moment = Date.parse('2026-03-31T22:30:00Z')
  expect(dayInWords(moment, 'nl')).toBe('1 april 2026')
  expect(timeInWords(moment, 'en')).toBe('1 April 2026 at 00:30 CEST')
})

test.each(['=1+1', '+31 6', '-1', '@SUM(A1)', '\tx', "'=1"])('%j is no formula in a spreadsheet', (text) => {
  const written = writeCsv([[text]])
  expect(written).toBe(`\uFEFF"'${text}"\r\n`)
  expect(unguard(`'${text}`)).toBe(text)
})

test('a quote or a separator in a cell stays inside it', () => {
  expect(writeCsv([['a"b', 'c;d']])).toBe('\uFEFF"a""b";"c;d"\r\n')
})
