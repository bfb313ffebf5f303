import { Button, Paper, SegmentedControl, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Input, Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Failure, Loaded, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'E-mail',
    lead: 'Waarover u een e-mail krijgt, en in welke taal. In een e-mail staat nooit een gegeven zelf.',
    language: 'Taal van de e-mails',
    access: 'Verzoeken en toestemmingen',
    access_help: 'Als er een verzoek op u wacht, het uwe beantwoord is, of een toestemming bijna voorbij is',
    policy: 'De policy van het netwerk',
    policy_help: 'Als het vertrouwensanker u vraagt een nieuwe versie te aanvaarden',
    digest: 'Uw uitnodigingen van de dag',
    digest_help: 'Wat er bewoog, stilviel en te laat is: hoogstens eens per dag',
    saved: 'Opgeslagen.',
    remind: 'Wanneer er wordt herinnerd',
    remind_help: 'Voor iedereen van het bedrijf.',
    expiring_days: 'Dagen voordat een toestemming afloopt',
    waiting_days: 'Dagen dat een verzoek wacht',
    save: 'Opslaan',
  },
  en: {
    title: 'E-mail',
    lead: 'What you are mailed about, and in which language. No mail ever holds the data themselves.',
    language: 'Language of the mails',
    access: 'Requests and grants',
    access_help: 'When a request waits for you, yours is answered, or a grant ends soon',
    policy: 'The policy of the network',
    policy_help: 'When the trust anchor asks you to accept a new version',
    digest: 'Your invitations of the day',
    digest_help: 'What moved, stalled and is late: once a day at most',
    saved: 'Saved.',
    remind: 'When people are reminded',
    remind_help: 'For everybody of the company.',
    expiring_days: 'Days before a grant ends',
    waiting_days: 'Days that a request waits',
    save: 'Save',
  },
})

/** More the node does not take. */
const MOST_DAYS = { expiring_days: 365, waiting_days: 60 }

export default function MailSettings() {
  const say = useWords(texts)
  const preferences = useRead('mails.preferences', {})
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Loaded of={preferences}>{preferences.data && <Preferences of={preferences.data} />}</Loaded>
      {hasRole(useWho(), 'administrator') && <Reminders />}
    </Page>
  )
}

/** After how many days the node reminds, of what ends and of what waits. */
function Reminders() {
  const say = useWords(texts)
  const reminders = useRead('reminders.show', {})
  return (
    <Section title={say('remind')}>
      <Text size="sm" c="dimmed">
        {say('remind_help')}
      </Text>
      <Loaded of={reminders}>{reminders.data && <RemindersForm of={reminders.data} />}</Loaded>
    </Section>
  )
}

function RemindersForm({ of }: { readonly of: Output<'reminders.show'> }) {
  const say = useWords(texts)
  const tell = useTell()
  const set = useChange('reminders.set', ['reminders.'])
  const [days, setDays] = useState({ ...of })
  return (
    <Paper
      component="form"
      withBorder
      p="lg"
      radius="md"
      onSubmit={(event) => {
        event.preventDefault()
        set.mutate(days, { onSuccess: () => tell({ text: say('saved') }) })
      }}
    >
      <Stack gap="sm" align="flex-start">
        {(['expiring_days', 'waiting_days'] as const).map((which) => (
          <TextInput
            key={which}
            type="number"
            label={say(which)}
            value={Number.isNaN(days[which]) ? '' : days[which]}
            min={1}
            max={MOST_DAYS[which]}
            required
            onChange={({ currentTarget: { valueAsNumber } }) =>
              setDays((before) => ({ ...before, [which]: valueAsNumber }))
            }
          />
        ))}
        {set.error && <Failure error={set.error} />}
        <Button type="submit" variant="default" loading={set.isPending}>
          {say('save')}
        </Button>
      </Stack>
    </Paper>
  )
}

function Preferences({ of }: { readonly of: Output<'mails.preferences'> }) {
  const say = useWords(texts)
  const tell = useTell()
  const who = useWho()
  const prefer = useChange('mails.prefer', ['mails.'])
  const set = (wanted: Input<'mails.prefer'>) =>
    prefer.mutate(wanted, { onSuccess: () => tell({ text: say('saved') }) })
  return (
    <Paper withBorder p="lg" radius="md">
      <Stack>
        {prefer.error && <Failure error={prefer.error} />}
        <div>
          <Text fw={500} size="sm" mb={4}>
            {say('language')}
          </Text>
          <SegmentedControl
            aria-label={say('language')}
            value={of.language}
            onChange={(value) => set({ language: value === 'nl' ? 'nl' : 'en' })}
            data={[
              { value: 'nl', label: 'Nederlands' },
              { value: 'en', label: 'English' },
            ]}
          />
        </div>
        <Switch
          label={say('access')}
          description={say('access_help')}
          checked={of.access}
          disabled={prefer.isPending}
          onChange={(event) => set({ access: event.currentTarget.checked })}
        />
        {hasRole(who, 'administrator') && (
          <Switch
            label={say('policy')}
            description={say('policy_help')}
            checked={of.policy}
            disabled={prefer.isPending}
            onChange={(event) => set({ policy: event.currentTarget.checked })}
          />
        )}
        {hasRole(who, 'coordinator', 'administrator') && <DigestSwitch />}
      </Stack>
    </Paper>
  )
}

/** The daily mail about invitations, for who makes them. */
function DigestSwitch() {
  const say = useWords(texts)
  const tell = useTell()
  const digest = useRead('invitations.digest-choice', {})
  const set = useChange('invitations.digest', ['invitations.digest'])
  const failed = digest.error ?? set.error
  return (
    <>
      {failed && <Failure error={failed} />}
      <Switch
        label={say('digest')}
        description={say('digest_help')}
        checked={digest.data?.on ?? false}
        disabled={digest.data === undefined || set.isPending}
        onChange={(event) =>
          set.mutate({ on: event.currentTarget.checked }, { onSuccess: () => tell({ text: say('saved') }) })
        }
      />
    </>
  )
}
