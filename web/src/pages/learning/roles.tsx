import { Button, Group, NativeSelect, NumberInput, Paper, Stack, Text } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Input } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Empty, Failure, Loaded, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { useNames } from '../../words/names'
import { useFormats, useLanguage, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Per rol verplicht',
    lead: 'Wie een rol heeft waarvoor een cursus verplicht is, kan met die rol pas werken na te zijn geslaagd.',
    empty: 'Voor geen enkele rol is een cursus verplicht.',
    grace: 'Wie er al was, heeft tijd tot en met {day}.',
    end: 'Niet meer verplichten',
    end_name: 'Niet meer verplichten voor {role}',
    end_text: 'Wie {role} is, kan dan ook zonder deze cursus met die rol werken.',
    ended: 'Voor {role} is geen cursus meer verplicht.',
    add: 'Een cursus verplichten',
    course: 'Cursus',
    role: 'Rol',
    days: 'Dagen voor wie er al is',
    days_help: 'Zo lang kan wie de rol al heeft nog zonder werken.',
    require: 'Verplichten',
    required: '“{course}” is nu verplicht voor {role}.',
    choose: 'Kies',
    only_admin: 'Een beheerder bepaalt wat verplicht is.',
  },
  en: {
    title: 'Required per role',
    lead: 'Whoever has a role that needs a course can work in that role after passing it.',
    empty: 'No role needs a course.',
    grace: 'Who was here already has time until {day}.',
    end: 'No longer require it',
    end_name: 'No longer require it for {role}',
    end_text: 'Whoever is {role} can then work in that role without this course too.',
    ended: 'No course is required any more for {role}.',
    add: 'Require a course',
    course: 'Course',
    role: 'Role',
    days: 'Days for who is here already',
    days_help: 'For so long whoever has the role already can go on without.',
    require: 'Require',
    required: '“{course}” is now required for {role}.',
    choose: 'Choose',
    only_admin: 'An administrator decides what is required.',
  },
})

type Role = Input<'learning.require'>['role']

export default function LearningRoles() {
  const say = useWords(texts)
  const { code } = useNames()
  const { language } = useLanguage()
  const { day } = useFormats()
  const who = useWho()
  const tell = useTell()
  const list = useRead('learning.requirements', {})
  const courses = useRead('learning.courses', {})
  const unrequire = useChange('learning.unrequire', ['learning.'])
  const [ending, setEnding] = useState<Role | null>(null)
  const mayChange = hasRole(who, 'administrator')
  const titleOf = (id: string) => courses.data?.items.find((one) => one.id === id)?.title[language] ?? id
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Loaded of={list}>
        {list.data?.items.length === 0 && <Empty>{say('empty')}</Empty>}
        <Stack gap="sm">
          {list.data?.items.map(({ role, course, grace_until }) => (
            <Paper key={role} withBorder p="md" radius="md">
              <Group justify="space-between">
                <Stack gap={4} flex="1 1 16rem">
                  <Text fw={600}>
                    {code(role)} · {titleOf(course)}
                  </Text>
                  <Text size="sm" c="dimmed">
                    {say('grace', { day: day(grace_until) })}
                  </Text>
                </Stack>
                {mayChange && (
                  <Button
                    variant="light"
                    color="red"
                    aria-label={say('end_name', { role: code(role) })}
                    onClick={() => setEnding(role as Role)}
                  >
                    {say('end')}
                  </Button>
                )}
              </Group>
            </Paper>
          ))}
        </Stack>
      </Loaded>
      {mayChange ? <Require /> : <Text c="dimmed">{say('only_admin')}</Text>}
      {ending && (
        <Confirm
          title={say('end_name', { role: code(ending) })}
          text={say('end_text', { role: code(ending) })}
          sure={say('end')}
          error={unrequire.error}
          busy={unrequire.isPending}
          onClose={() => setEnding(null)}
          onSure={() =>
            unrequire.mutate(
              { role: ending },
              {
                onSuccess: () => {
                  setEnding(null)
                  tell({ text: say('ended', { role: code(ending) }) })
                },
              },
            )
          }
        />
      )}
    </Page>
  )
}

function Require() {
  const say = useWords(texts)
  const { code } = useNames()
  const { language } = useLanguage()
  const tell = useTell()
  const courses = useRead('learning.courses', {})
  const require = useChange('learning.require', ['learning.'])
  const [typed, setTyped] = useState({ course: '', role: '', days: 30 as number | string })
  const course = courses.data?.items.find((one) => one.id === typed.course)
  const choose = { value: '', label: say('choose') }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    require.mutate(
      { role: typed.role as Role, course: typed.course, grace_days: Number(typed.days) },
      {
        onSuccess: () => {
          tell({ text: say('required', { course: course?.title[language] ?? '', role: code(typed.role) }) })
          setTyped({ course: '', role: '', days: 30 })
        },
      },
    )
  }
  return (
    <Section title={say('add')}>
      <form onSubmit={submit}>
        <Stack gap="sm" maw={480}>
          {require.error && <Failure error={require.error} />}
          <NativeSelect
            label={say('course')}
            required
            value={typed.course}
            onChange={(event) => setTyped({ ...typed, course: event.currentTarget.value, role: '' })}
            data={[
              choose,
              ...(courses.data?.items.map(({ id, title }) => ({ value: id, label: title[language] })) ?? []),
            ]}
          />
          <NativeSelect
            label={say('role')}
            required
            disabled={!course}
            value={typed.role}
            onChange={(event) => setTyped({ ...typed, role: event.currentTarget.value })}
            data={[choose, ...(course?.roles.map((role) => ({ value: role, label: code(role) })) ?? [])]}
          />
          <NumberInput
            label={say('days')}
            description={say('days_help')}
            required
            min={0}
            max={365}
            allowDecimal={false}
            hideControls
            value={typed.days}
            onChange={(days) => setTyped({ ...typed, days })}
          />
          <Group>
            <Button type="submit" loading={require.isPending}>
              {say('require')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  )
}
