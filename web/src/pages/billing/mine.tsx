import { Select } from '@mantine/core'
import { Navigate, useNavigate, useSearch } from '@tanstack/react-router'
import { call } from '../../api/call'
import { useRead } from '../../api/hooks'
import { Loaded, Page } from '../../ui/page'
import { hasRole, useWho } from '../../who'
import { billingWords, useMoney } from '../../words/billing'
import { useWords, words } from '../../words/words'
import { Documents, lastMonths, Shown } from './statement'

const texts = words({
  nl: {
    title: 'Onze rekening',
    lead: 'Wat het netwerk uw organisatie kost. Dit wordt elke keer bij MYOBI opgevraagd.',
  },
  en: {
    title: 'Our statement',
    lead: 'What the network costs your organisation. It is asked of MYOBI each time.',
  },
})

/** What our own organisation is charged. Who is here for others' invoices alone is brought to those. */
export default function BillingPage() {
  const who = useWho()
  if (hasRole(who, 'servicedesk') && !hasRole(who, 'administrator', 'coordinator', 'auditor'))
    return <Navigate to="/billing/invoices" replace />
  return <Mine />
}

function Mine() {
  const say = useWords(texts)
  const sayBilling = useWords(billingWords)
  const { month, language } = useMoney()
  const navigate = useNavigate()
  const { period } = useSearch({ from: '/inside/billing' })
  const which = period === undefined ? {} : { period }
  const found = useRead('billing.mine', which)
  const [now = ''] = lastMonths()
  const shown = period ?? found.data?.statement.period ?? now
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Select
        label={sayBilling('month')}
        className="no-print"
        allowDeselect={false}
        value={shown}
        onChange={(value) => navigate({ to: '/billing', search: { period: value ?? undefined } })}
        data={[...new Set([shown, ...lastMonths()])].map((value) => ({ value, label: month(value) }))}
      />
      <Loaded of={found}>
        {found.data && (
          <>
            <Shown one={found.data.statement} />
            <Documents
              name={`statement-${shown}`}
              read={async (format) => (await call('billing.mine', { ...which, format, language })).content}
            />
          </>
        )}
      </Loaded>
    </Page>
  )
}
