/** Whole euro cents. */
export type Cents = number

/** What counts towards a total: an amount without VAT, its rate, and what it would have been. */
export interface Amount {
  readonly cents: Cents
  readonly listCents: Cents
  readonly free: boolean
  /** VAT in hundredths of a per cent: 2100 is 21 %. */
  readonly vatBasisPoints: number
}

export interface VatLine {
  readonly basis_points: number
  readonly net_cents: Cents
  readonly vat_cents: Cents
}

export interface Totals {
  readonly net_cents: Cents
  readonly vat_cents: Cents
  readonly total_cents: Cents
  /** What free lines would have cost, without VAT. */
  readonly saved_cents: Cents
  readonly vats: readonly VatLine[]
}

/** VAT over the sum of each rate, rounded once to a cent, half a cent away from zero: a credit mirrors its charge. */
export function totalsOf(amounts: readonly Amount[]): Totals {
  const nets = new Map<number, Cents>()
  for (const { vatBasisPoints, cents } of amounts)
    nets.set(vatBasisPoints, (nets.get(vatBasisPoints) ?? 0) + cents)
  const vats = [...nets]
    .sort(([a], [b]) => a - b)
    .map(([basis_points, net_cents]) => ({
      basis_points,
      net_cents,
      vat_cents: rounded(net_cents * basis_points, 10_000),
    }))
  const net_cents = sum(vats.map((line) => line.net_cents))
  const vat_cents = sum(vats.map((line) => line.vat_cents))
  return {
    ...{ net_cents, vat_cents, total_cents: net_cents + vat_cents, vats },
    saved_cents: sum(amounts.map(({ free, listCents, cents }) => (free ? listCents - cents : 0))),
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)

/** Exact in integers: no amount of money meets a fraction of binary. */
function rounded(numerator: number, denominator: number): number {
  const whole = Math.floor((2 * Math.abs(numerator) + denominator) / (2 * denominator))
  return numerator < 0 ? 0 - whole : whole
}
