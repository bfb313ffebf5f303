/** Where what is sealed of an offer belongs. */
export const place = (id: string, what: 'offer' | 'shown') => `wallet_offer:${id}:${what}`
