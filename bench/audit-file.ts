import { once } from 'node:events'
import { createWriteStream } from 'node:fs'

const BOOKINGS_PER_RELATION = 4
/** Characters written at once. */
const PIECE = 1_048_576

/**
 * Writes an audit file (XAF 3.2) of so many relations and at least so many bytes: companies with contact persons, each
 * with sales of the last year.
 * @returns its size in bytes
 */
export async function writeAuditFile(
  path: string,
  { relations, bytes }: { readonly relations: number; readonly bytes: number },
): Promise<number> {
  const file = createWriteStream(path)
  let size = 0
  let held = ''
  const flush = async () => {
    const isTaken = file.write(held)
    held = ''
    if (!isTaken) await once(file, 'drain')
  }
  const write = async (text: string) => {
    size += Buffer.byteLength(text)
    held += text
    if (held.length >= PIECE) await flush()
  }
  await write(HEAD)
  for (let nr = 0; nr < relations; nr++) await write(relationOf(nr))
  await write('</customersSuppliers><transactions><journal><jrnID>V</jrnID><jrnTp>S</jrnTp>')
  const tail = '</journal></transactions></company></auditfile>'
  for (let nr = 0; nr < relations * BOOKINGS_PER_RELATION || size + tail.length < bytes; nr++)
    await write(bookingOf(nr, nr % relations))
  await write(tail)
  await flush()
  file.end()
  await once(file, 'finish')
  return size
}

const HEAD =
  '<?xml version="1.0" encoding="UTF-8"?><auditfile xmlns="http://www.auditfiles.nl/XAF/3.2"><header><fiscalYear>2026</fiscalYear>' +
  '<startDate>2026-01-01</startDate><endDate>2026-12-31</endDate></header><company><companyIdent>ADM-MEET</companyIdent>' +
  '<companyName>Meetbedrijf B.V.</companyName><customersSuppliers>'

const relationOf = (nr: number): string =>
  `<customerSupplier><custSupID>${100_000 + nr}</custSupID><custSupName>Meetrelatie Nummer ${nr} B.V.</custSupName>` +
  `<contact>Contact Nummer ${nr}</contact><telephone>030-0${String(nr).padStart(6, '0')}</telephone>` +
  `<eMail>info@relatie-${nr}.example</eMail><commerceNr>${48_000_000 + nr}</commerceNr><custSupTp>C</custSupTp>` +
  `<streetAddress><streetname>Verzonnenstraat</streetname><number>${nr}</number><city>Utrecht</city>` +
  '<postalCode>3511ZZ</postalCode><country>NL</country></streetAddress></customerSupplier>\n'

const bookingOf = (nr: number, relation: number): string => {
  const day = `2026-${String((nr % 10) + 1).padStart(2, '0')}-${String((nr % 28) + 1).padStart(2, '0')}`
  return (
    `<transaction><nr>${nr}</nr><desc>Verkoopfactuur ${nr}</desc><trDt>${day}</trDt>` +
    `<trLine><nr>1</nr><accID>1300</accID><docRef>F${nr}</docRef><effDate>${day}</effDate><desc>Debiteur</desc>` +
    `<amnt>121.00</amnt><amntTp>D</amntTp><custSupID>${100_000 + relation}</custSupID></trLine>` +
    `<trLine><nr>2</nr><accID>8000</accID><docRef>F${nr}</docRef><effDate>${day}</effDate><desc>Omzet</desc>` +
    '<amnt>121.00</amnt><amntTp>C</amntTp></trLine></transaction>\n'
  )
}
