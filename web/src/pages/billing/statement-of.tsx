import { Select } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { call } from '../../api/call'
import { useRead } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Loaded, Page } from '../../ui/page'
import { billingWords, useMoney } from '../../words/billing'
import { useWords, words } from '../../words/words'
import { Documents, lastMonths, Shown } from './statement'

const texts = words({
  nl: { title: 'Rekening van {name}', one: 'een organisatie', all: 'Alle posten' },
  en: { title: 'Statement of {name}', one: 'an organisation', all: 'All items' },
})

/** What one organisation is charged, for the servicedesk that is asked about it. */
export default function StatementOf() {
  const say = useWords(texts)
  const sayBilling = useWords(billingWords)
  const { month, language } = useMoney()
  const navigate = useNavigate()
  const { organisation = '', period } = useSearch({ from: '/inside/billing/items/statement' })
  const which = { organisation, ...(period !== undefined && { period }) }
  const found = useRead('billing.statement', which)
  const party = useRead('registry.get', { did: organisation }, organisation !== '')
  const [now = ''] = lastMonths()
  const shown = period ?? found.data?.statement.period ?? now
  return (
    <Page title={say('title', { name: party.data?.name ?? say('one') })}>
      <Select
        label={sayBilling('month')}
        className="no-print"
        allowDeselect={false}
        value={shown}
        onChange={(value) =>
          navigate({ to: '/billing/items/statement', search: { organisation, period: value ?? undefined } })
        }
        data={[...new Set([shown, ...lastMonths()])].map((value) => ({ value, label: month(value) }))}
      />
      <Loaded of={found}>
        {found.data && (
          <>
            <Shown one={found.data.statement} />
            <Documents
              name={`statement-${shown}`}
              read={async (format) =>
                (await call('billing.statement', { ...which, format, language })).content
              }
            />
          </>
        )}
      </Loaded>
      <TextLink to="/billing/items">{say('all')}</TextLink>
    </Page>
  )
}
