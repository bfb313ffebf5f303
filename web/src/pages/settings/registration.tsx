import { Badge, Paper, Text } from '@mantine/core'
import { useRead } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Fact, Facts, Loaded, Page } from '../../ui/page'
import { hasRole, useWho } from '../../who'
import { caseWords } from '../../words/cases'
import { useFormats, useWords, words } from '../../words/words'
import { Apply } from './apply'
import { HandIn } from './hand-in'

const texts = words({
  nl: {
    title: 'Registratie',
    lead: 'Hoe uw bedrijf bij het trust anchor staat. Wie geregistreerd is, wordt door partners herkend.',
    state: 'Stand',
    none: 'nog niet aangemeld',
    reason: 'Toelichting',
    applied: 'Aangemeld op',
    checked: 'Nagevraagd op',
    version: 'Aanvaarde versie van de TTP-policy',
    policy: 'Naar de TTP-policy',
  },
  en: {
    title: 'Registration',
    lead: 'How your company stands with the trust anchor. Partners recognise who is registered.',
    state: 'State',
    none: 'not applied yet',
    reason: 'Explanation',
    applied: 'Applied on',
    checked: 'Asked on',
    version: 'Accepted version of the TTP policy',
    policy: 'To the TTP policy',
  },
})

/** Nothing runs at the trust anchor, and we are not known there. */
const canApply: ReadonlySet<string> = new Set(['none', 'rejected', 'declined_by_partner', 'withdrawn'])
/** Somebody looks at our case. */
const canHandIn: ReadonlySet<string> = new Set(['submitted', 'investigating', 'stalled'])

/** How far our registration at the trust anchor is. */
export default function Registration() {
  const say = useWords(texts)
  const sayCase = useWords(caseWords)
  const { moment } = useFormats()
  const found = useRead('registrations.mine', {})
  const mine = found.data
  const who = useWho()
  const leads = hasRole(who, 'administrator')
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Loaded of={found}>
        {mine && (
          <Paper withBorder p="lg" radius="md">
            <Facts>
              <Fact name={say('state')}>
                <Badge variant="light" color={mine.state === 'registered' ? 'regie' : 'gray'}>
                  {mine.state === 'none' ? say('none') : sayCase(mine.state)}
                </Badge>
              </Fact>
              {mine.reason !== null && (
                <Fact name={say('reason')}>
                  <Text className="breakable">{mine.reason}</Text>
                </Fact>
              )}
              {mine.policy_version !== null && <Fact name={say('version')}>{mine.policy_version}</Fact>}
              {mine.applied_at !== null && <Fact name={say('applied')}>{moment(mine.applied_at)}</Fact>}
              {mine.checked_at !== null && <Fact name={say('checked')}>{moment(mine.checked_at)}</Fact>}
            </Facts>
            <TextLink to="/policy" size="sm">
              {say('policy')}
            </TextLink>
          </Paper>
        )}
        {mine && leads && canApply.has(mine.state) && <Apply company={who.organisation.name} />}
        {mine && leads && canHandIn.has(mine.state) && <HandIn />}
      </Loaded>
    </Page>
  )
}
