import { expect, test } from 'vitest'
import { walletNow } from './wallet-now.ts'

const [ours, hers] = ['01a20571-0d8f-71df-8e46-a8a6af755696', '01a20571-0dce-77e3-ba42-6dc851fab2c5']

test.each([
  ['stayed', `https://a.example/parties/${hers}`, `https://a.example/parties/${ours}`, 'https://a.example'],
  [
    'moved',
    `https://a.host.example/parties/${hers}`,
    `https://b.example/parties/${ours}`,
    'https://b.example',
  ],
  [
    'below a path',
    `https://a.example/parties/${hers}`,
    `https://b.example/x/parties/${ours}`,
    'https://b.example/x',
  ],
])('one that %s is reached where its organisation is', (_what, then, organisation, base) => {
  expect(walletNow(then, organisation)).toBe(`${base}/parties/${hers}`)
})

test.each([
  ['the wallet', 'https://wallet.example/w', `https://b.example/parties/${ours}`],
  ['its organisation’s', `https://a.example/parties/${hers}`, 'https://wallet.example/w'],
])('where %s is named in another way, it is where it was', (_what, then, organisation) => {
  expect(walletNow(then, organisation)).toBe(then)
})
