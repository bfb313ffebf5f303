import type { Shape } from './xml-records.ts'

const address: Shape = {
  streetname: 'text',
  number: 'text',
  numberExtension: 'text',
  city: 'text',
  postalCode: 'text',
  country: 'text',
}

/** What is read of the schemas 3.1 to 4.0. `customerSupplierHistory` is not in it, so nothing in there is. */
export const xafShape: Shape = {
  header: { endDate: 'text' },
  company: {
    companyIdent: 'text',
    Commercenr: 'text',
    companyName: 'text',
    customersSuppliers: {
      customerSupplier: {
        custSupID: 'text',
        custSupName: 'text',
        contact: 'text',
        telephone: 'text',
        eMail: 'text',
        website: 'text',
        commerceNr: 'text',
        taxRegistrationCountry: 'text',
        taxRegIdent: 'text',
        custSupTp: 'text',
        streetAddress: address,
        postalAddress: address,
        bankAccount: { bankAccNr: 'text', bankIdCd: 'text' },
      },
    },
    transactions: {
      linesCount: 'text',
      totalDebit: 'text',
      totalCredit: 'text',
      journal: {
        jrnTp: 'text',
        transaction: {
          trDt: 'text',
          trLine: { effDate: 'text', amnt: 'text', amntTp: 'text', custSupID: 'text' },
        },
      },
    },
  },
}
