import { Button, Paper, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useChange } from '../../api/hooks'
import { ClaimChoice } from '../../ui/claim-choice'
import { DurationInput } from '../../ui/duration-input'
import { TextLink } from '../../ui/link'
import { Failure, Section } from '../../ui/page'
import { PartnerInput, usePartners } from '../../ui/partner-input'
import { useTell } from '../../ui/told'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Laten meelezen namens ons',
    to: 'Tussenpersoon',
    roles: 'Wie daar mag kijken',
    roles_hint:
      'De rol van deze medewerkers bij de tussenpersoon, zoals adviser; meer rollen met een komma ertussen',
    what: 'Wat deze partij mag lezen',
    how_long: 'Hoe lang',
    how_long_hint: 'Niet langer dan de toestemming zelf',
    pass: 'Laten meelezen',
    passed: '{name} mag dit namens ons lezen. Wie het deelde, krijgt bericht.',
    all: 'Alle tussenpersonen',
  },
  en: {
    title: 'Let somebody read on our behalf',
    to: 'Intermediary',
    roles: 'Who may look there',
    roles_hint:
      'The role of these employees at the intermediary, such as adviser; more roles with a comma between',
    what: 'What they may read',
    how_long: 'How long',
    how_long_hint: 'Not longer than the grant itself',
    pass: 'Let them read',
    passed: '{name} may read this on our behalf. Who shared it is told.',
    all: 'All intermediaries',
  },
})

/** Lets an intermediary read on our behalf what a grant opens; the node refuses it where its owner did not allow that. */
export function PassOn({ grant, claims }: { readonly grant: string; readonly claims: readonly string[] }) {
  const say = useWords(texts)
  const tell = useTell()
  const [to, setTo] = useState('')
  const [roles, setRoles] = useState('')
  const [chosen, choose] = useState<readonly string[]>(claims)
  const [length, setLength] = useState('')
  const partners = usePartners(to)
  const pass = useChange('delegations.create', ['delegations.'])
  return (
    <Section title={say('title')}>
      <Paper
        component="form"
        withBorder
        p="md"
        radius="md"
        className="no-print"
        onSubmit={(event) => {
          event.preventDefault()
          pass.mutate(
            {
              grant,
              to: partners.reference,
              claims: [...chosen],
              roles: roles.split(/[\s,]+/).filter(Boolean),
              ...(length !== '' && { until: length }),
            },
            {
              onSuccess: ({ to: { name } }) => {
                setTo('')
                tell({ text: say('passed', { name }) })
              },
            },
          )
        }}
      >
        <Stack gap="sm" align="flex-start">
          <PartnerInput label={say('to')} value={to} of={partners} onChange={setTo} />
          <TextInput
            label={say('roles')}
            description={say('roles_hint')}
            value={roles}
            onChange={({ currentTarget: { value } }) => setRoles(value)}
            required
            w="100%"
            maw={420}
          />
          <ClaimChoice label={say('what')} all={claims} chosen={chosen} onChoose={choose} />
          <DurationInput
            label={say('how_long')}
            description={say('how_long_hint')}
            value={length}
            onChange={setLength}
          />
          {pass.error && <Failure error={pass.error} />}
          <Button type="submit" disabled={to.trim() === '' || chosen.length === 0} loading={pass.isPending}>
            {say('pass')}
          </Button>
          <TextLink to="/grants/passed-on" size="sm">
            {say('all')}
          </TextLink>
        </Stack>
      </Paper>
    </Section>
  )
}
