/** Whole cents as people read them: `1.234,50` or `1,234.50`; with the sign of what is credited. */
export function euros(cents: number, language: 'nl' | 'en'): string {
  const [thousands, decimals] = language === 'nl' ? ['.', ','] : [',', '.']
  const whole = String(Math.floor(Math.abs(cents) / 100)).replaceAll(/\B(?=(\d{3})+$)/g, thousands)
  return `${cents < 0 ? '-' : ''}${whole}${decimals}${String(Math.abs(cents) % 100).padStart(2, '0')}`
}
