import { words } from './words'

/** What a company states to a customer, and the groups it publishes figures about. */
export const sharingWords = words({
  nl: {
    period: 'Periode',
    customer_number: 'Klantnummer',
    customer_since: 'Klant sinds',
    discount_percentage: 'Korting (%)',
    payment_term_days: 'Betaaltermijn (dagen)',
    order_count: 'Aantal bestellingen',
    order_value: 'Waarde van bestellingen (€)',
    remark: 'Opmerking',
    role: 'rol',
    region: 'streek',
  },
  en: {
    period: 'Period',
    customer_number: 'Customer number',
    customer_since: 'Customer since',
    discount_percentage: 'Discount (%)',
    payment_term_days: 'Payment term (days)',
    order_count: 'Number of orders',
    order_value: 'Value of orders (€)',
    remark: 'Remark',
    role: 'role',
    region: 'region',
  },
})

type SharingWord = keyof (typeof sharingWords)['nl']
export const isSharingWord = (code: string): code is SharingWord => Object.hasOwn(sharingWords.nl, code)
