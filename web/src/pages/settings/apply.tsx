import { Button, Checkbox, Paper, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Failure, Loaded, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { useTyped } from '../../ui/typed'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Aanmelden',
    lead: 'De servicedesk zoekt uw bedrijf op in het handelsregister, en of u het mag vertegenwoordigen. Wat u leeg laat komt uit de instellingen van deze omgeving.',
    kvk_number: 'KVK-nummer',
    vat_number: 'Btw-nummer',
    legal_form: 'Rechtsvorm',
    street_address: 'Straat en huisnummer',
    postal_code: 'Postcode',
    locality: 'Plaats',
    invitation: 'Code van uw uitnodiging, als u die hebt',
    accept: 'Namens {company} aanvaard ik versie {version} van de TTP-policy',
    read: 'Versie {version} lezen',
    apply: 'Aanmelden',
    applied: 'U bent aangemeld. De servicedesk kijkt ernaar.',
  },
  en: {
    title: 'Apply',
    lead: 'The servicedesk looks your company up in the trade register, and whether you may represent it. What you leave empty comes from the settings of this node.',
    kvk_number: 'KVK number',
    vat_number: 'VAT number',
    legal_form: 'Legal form',
    street_address: 'Street and number',
    postal_code: 'Postal code',
    locality: 'City',
    invitation: 'Code of your invitation, if you have one',
    accept: 'On behalf of {company} I accept version {version} of the TTP policy',
    read: 'Read version {version}',
    apply: 'Apply',
    applied: 'You applied. The servicedesk looks at it.',
  },
})

const fields = [
  ...(['kvk_number', 'vat_number', 'legal_form'] as const),
  ...(['street_address', 'postal_code', 'locality', 'invitation'] as const),
]
/** Addresses are Dutch ones here; another is told by who sets the node up. */
const COUNTRY = 'NL'

/** Applies for the company at the trust anchor, as who may represent it. */
export function Apply({ company }: { readonly company: string }) {
  const say = useWords(texts)
  const policy = useRead('policy.show', {})
  return (
    <Section title={say('title')}>
      <Text size="sm" c="dimmed">
        {say('lead')}
      </Text>
      <Loaded of={policy}>{policy.data && <Form company={company} policy={policy.data} />}</Loaded>
    </Section>
  )
}

function Form({
  company,
  policy: { version, digest },
}: {
  readonly company: string
  readonly policy: Output<'policy.show'>
}) {
  const say = useWords(texts)
  const tell = useTell()
  const apply = useChange('registrations.apply', ['registrations.', 'policy.'])
  const [typed, set, forget] = useTyped(
    'application',
    Object.fromEntries(fields.map((field) => [field, ''])) as Record<(typeof fields)[number], string>,
  )
  const [isAccepted, accept] = useState(false)
  const send = (event: FormEvent) => {
    event.preventDefault()
    const said = Object.fromEntries(
      Object.entries(typed)
        .map(([field, value]) => [field, value.trim()])
        .filter(([, value]) => value !== ''),
    ) as Partial<typeof typed>
    const { street_address, postal_code, locality, ...rest } = said
    apply.mutate(
      {
        ...rest,
        ...(street_address !== undefined &&
          locality !== undefined && {
            address: { street_address, locality, country: COUNTRY, ...(postal_code && { postal_code }) },
          }),
        ...{ accept: version, digest },
      },
      {
        onSuccess: () => {
          forget()
          tell({ text: say('applied') })
        },
      },
    )
  }
  return (
    <Paper component="form" withBorder p="lg" radius="md" onSubmit={send}>
      <Stack gap="sm" align="flex-start">
        <SimpleGrid cols={{ base: 1, sm: 2 }} w="100%">
          {fields.map((field) => (
            <TextInput
              key={field}
              label={say(field)}
              value={typed[field]}
              maxLength={200}
              onChange={(event) => set({ [field]: event.currentTarget.value })}
            />
          ))}
        </SimpleGrid>
        <TextLink to="/policy/versions/$version" params={{ version: String(version) }} size="sm">
          {say('read', { version })}
        </TextLink>
        <Checkbox
          label={say('accept', { company, version })}
          checked={isAccepted}
          onChange={(event) => accept(event.currentTarget.checked)}
        />
        {apply.error && <Failure error={apply.error} />}
        <Button type="submit" disabled={!isAccepted} loading={apply.isPending}>
          {say('apply')}
        </Button>
      </Stack>
    </Paper>
  )
}
