import type { Page } from '@playwright/test';
import { accessible } from './axe';
import { expect, test } from './editor';

const HOSTILE = '<img src=x onerror="window.hacked=1">';

test.describe.configure({ timeout: 180_000 });

async function toUsers(page: Page): Promise<void> {
  await page.goto('/');
  await page.getByRole('link', { name: 'Users', exact: true }).click();
  await expect(page.getByRole('table', { name: 'Users' })).toBeVisible();
}

test('a user is created, found, sorted, edited, disabled and deleted', async ({ editor, page }) => {
  await toUsers(page);
  const table = page.getByRole('table', { name: 'Users' });
  await expect(table.getByRole('row')).toHaveCount(4);
  await page.getByRole('button', { name: 'New user' }).click();
  const form = page.getByRole('form', { name: 'New user' });
  await form.getByLabel(/^email/).fill('dora@yourmail.com');
  await form.getByLabel(/^name/).fill('Dora');
  await form.getByLabel('Password').fill('explorer');
  await form.getByRole('button', { name: 'Create user' }).click();
  await expect(page.getByText('dora@yourmail.com was created.')).toBeVisible();

  await page.getByRole('button', { name: 'name', exact: true }).click();
  await expect(page.getByRole('columnheader', { name: 'name' })).toHaveAttribute('aria-sort', 'ascending');
  await expect(table.getByRole('row').nth(1)).toContainText('Alice');
  await page.getByRole('button', { name: 'name', exact: true }).click();
  await expect(table.getByRole('row').nth(1)).toContainText('Dora');
  await editor.picture('users-page');

  await page.getByRole('searchbox', { name: 'Search in all properties' }).fill('dora@');
  await expect(table.getByRole('row')).toHaveCount(2);
  await table.getByRole('button', { name: 'Edit dora@yourmail.com' }).click();
  const drawer = page.getByRole('dialog', { name: 'dora@yourmail.com' });
  await drawer.getByLabel(/^address/).fill('4 Jungle Path');
  await drawer.getByLabel('enabled').uncheck();
  await editor.picture('users-edit');
  await drawer.getByRole('button', { name: 'Save changes' }).click();
  await expect(table.getByRole('row', { name: /Dora 4 Jungle Path disabled/ })).toBeVisible();

  await table.getByRole('button', { name: 'Edit dora@yourmail.com' }).click();
  await page.getByRole('button', { name: 'Delete user' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByText('1 user was deleted.')).toBeVisible();
  await expect(page.getByText('No user has this in one of their properties.')).toBeVisible();
});

test('many users are paged, chosen together, exported and imported', async ({ editor, page }) => {
  await expect(editor.runButton).toBeEnabled();
  const many = Array.from({ length: 60 }, (_, i) => ({
    email: `person${100 + i}@x.org`,
    name: `Person ${i}`,
  }));
  await toUsers(page);
  await page.getByRole('button', { name: 'Import' }).click();
  await page.getByLabel('CSV or JSON file').setInputFiles({
    name: 'people.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(many)),
  });
  await page.getByRole('dialog').getByRole('button', { name: 'Import' }).click();
  await expect(page.getByText('60 users created, 0 updated.')).toBeVisible();
  await expect(page.getByText('1–50 of 63')).toBeVisible();
  await page.getByRole('button', { name: 'Next page' }).click();
  await expect(page.getByText('51–63 of 63')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Next page' })).toBeDisabled();
  await page.getByLabel('Select all on this page').check();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByText('13 users were deleted.')).toBeVisible();

  await page.getByRole('button', { name: 'Import' }).click();
  await page.getByLabel('CSV or JSON file').setInputFiles({
    name: 'people.csv',
    mimeType: 'application/vnd.ms-excel',
    buffer: Buffer.from('email,name\nnot an address,X\n'),
  });
  await page.getByRole('dialog').getByRole('button', { name: 'Import' }).click();
  await expect(page.getByRole('alert')).toContainText('Nobody was imported.');
  await page.keyboard.press('Escape');

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('users.csv');
});

test('properties are defined with their type, roles are given, sessions are ended', async ({
  editor,
  page,
}) => {
  await expect(editor.runButton).toBeEnabled();
  await page.request.post('/api/users/login', { data: { login: 'bob@yourmail.com', password: 'builder' } });
  await toUsers(page);
  await page.getByRole('link', { name: 'Properties' }).click();
  await page.getByLabel('Name', { exact: true }).fill('age');
  await page.getByLabel('Type').selectOption({ label: 'whole number' });
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByRole('row', { name: /age whole number/ })).toBeVisible();
  await editor.picture('users-properties');
  await page.getByRole('link', { name: 'Roles' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Admins');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByRole('row', { name: 'Admins' })).toBeVisible();

  await page
    .getByRole('navigation', { name: 'Parts of the user service' })
    .getByRole('link', { name: 'Users' })
    .click();
  await page.getByRole('button', { name: 'Edit bob@yourmail.com' }).click();
  const drawer = page.getByRole('dialog', { name: 'bob@yourmail.com' });
  await drawer.getByLabel('Admins').check();
  await drawer.getByLabel(/^age/).fill('old');
  await drawer.getByRole('button', { name: 'Save changes' }).click();
  await expect(drawer.getByRole('alert')).toContainText('age holds a whole number');
  await drawer.getByLabel(/^age/).fill('42');
  await expect(drawer.getByRole('table', { name: 'Logged in now' }).getByRole('row')).toHaveCount(2);
  await editor.picture('users-sessions');
  await drawer.getByRole('button', { name: 'Log out everywhere' }).click();
  await expect(drawer.getByText('All sessions of this user have ended.')).toBeVisible();
  await drawer.getByRole('button', { name: 'Save changes' }).click();
  const { rows } = await (await page.request.get('/api/admin/users?search=bob')).json();
  expect(rows[0].age).toBe(42);
  const { roles } = await (await page.request.get(`/api/admin/users/${rows[0].objectId}/roles`)).json();
  expect(roles).toEqual(['Admins']);
});

test('yes or no, numbers and dates are edited as what they are', async ({ editor, page }) => {
  await expect(editor.runButton).toBeEnabled();
  for (const [name, type] of Object.entries({ vip: 'BOOLEAN', score: 'DOUBLE', born: 'DATETIME' }))
    await page.request.post('/api/admin/users/properties', { data: { name, type, required: false } });
  await toUsers(page);
  await page.getByRole('row', { name: /Carol/ }).click({ position: { x: 600, y: 15 } }); // anywhere in the row
  const drawer = page.getByRole('dialog', { name: 'carol@yourmail.com' });
  await drawer.getByLabel(/^vip/).selectOption({ label: 'yes' });
  await drawer.getByLabel(/^score/).fill('1.5');
  await drawer.getByLabel(/^born/).fill('1990-05-06T07:08:09');
  await drawer.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByText('carol@yourmail.com was saved.')).toBeVisible();
  const carol = async () => (await (await page.request.get('/api/admin/users?search=carol')).json()).rows[0];
  const born = await page.evaluate(() => new Date('1990-05-06T07:08:09').getTime());
  expect(await carol()).toMatchObject({ vip: true, score: 1.5, born });
  await page.getByRole('button', { name: 'Edit carol@yourmail.com' }).click();
  await expect(drawer.getByLabel(/^born/)).toHaveValue('1990-05-06T07:08:09');
  await drawer.getByLabel(/^vip/).selectOption('');
  await drawer.getByRole('button', { name: 'Save changes' }).click();
  await expect(drawer).toHaveCount(0);
  expect((await carol()).vip ?? null).toBeNull();
});

test('rules are set in plain words, and a mail of the outbox opens its link', async ({
  editor,
  page,
  context,
}) => {
  await toUsers(page);
  await page.getByRole('link', { name: 'Rules' }).click();
  await page.getByLabel('Anybody may register').uncheck();
  await page.getByLabel('A session ends after so many seconds without a call').fill('600');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await editor.picture('users-rules');
  await page.reload();
  await expect(page.getByLabel('Anybody may register')).not.toBeChecked();

  await page.request.get('/api/users/restorepassword/alice@yourmail.com');
  await page.getByRole('link', { name: 'Outbox' }).click();
  await page.getByRole('button', { name: 'Read the mail to alice@yourmail.com' }).click();
  await editor.picture('users-mail');
  const [opened] = await Promise.all([
    context.waitForEvent('page'),
    page.getByRole('dialog').getByRole('link', { name: 'Open the link' }).click(),
  ]);
  await expect(opened.getByRole('textbox').first()).toBeVisible();
  await opened.close();
});

test('the table beside the blocks marks what a run changed, and its cells can be changed by hand', async ({
  editor,
  page,
}) => {
  await editor.tab('Users').click();
  const table = page.getByRole('table', { name: 'Users' });
  await expect(table.getByRole('button', { name: '1 Looking-Glass Lane' })).toBeVisible();
  await editor.runButton.click();
  const address = table.getByRole('cell', { name: '27 Rose Street' });
  await expect(address).toHaveClass(/changed/);
  await expect(table.getByRole('cell', { name: 'Alice', exact: true })).not.toHaveClass(/changed/);
  await table.getByRole('button', { name: '2 Scaffold Street' }).click();
  await page.getByLabel('New value of address').fill('2 Ladder Lane');
  await page.keyboard.press('Enter');
  await expect(table.getByRole('button', { name: '2 Ladder Lane' })).toBeVisible();
  await editor.picture('users-panel');
  await table.getByRole('button', { name: 'carol@yourmail.com' }).click();
  await page.getByLabel('New value of email').fill('nobody');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('is not an email address');
  await page.keyboard.press('Escape');
  await expect(table.getByRole('button', { name: 'carol@yourmail.com' })).toBeVisible();
});

test('the table beside the blocks changes while the flow still runs', async ({ editor, page }) => {
  await expect(editor.runButton).toBeEnabled();
  const input = (block: object) => ({ block });
  const text = (value: string) => input({ type: 'text', fields: { TEXT: value } });
  const blocks = [
    {
      type: 'when_run',
      id: 'run',
      x: 40,
      y: 40,
      next: {
        block: {
          type: 'users_register',
          id: 'register',
          extraState: { hasOutput: false },
          inputs: {
            user: input({
              type: 'create_object',
              id: 'object',
              extraState: { properties: ['email', 'password', 'name'] },
              inputs: {
                create_object_mutator_container_properties_stack_property0: text('dora@yourmail.com'),
                create_object_mutator_container_properties_stack_property1: text('explorer'),
                create_object_mutator_container_properties_stack_property2: text('Dora'),
              },
            }),
          },
          next: {
            block: {
              type: 'wait',
              id: 'wait',
              fields: { UNIT: 'minutes' },
              inputs: { AMOUNT: input({ type: 'math_number', fields: { NUM: 10 } }) },
            },
          },
        },
      },
    },
  ];
  const saved = await page.request.put('/api/flows/slow', {
    data: { flow: { title: 'Slow' }, blocks: { languageVersion: 0, blocks } },
  });
  expect((await saved.json()).problems).toEqual([]);
  await page.goto('/flows/slow');
  await editor.tab('Users').click();
  const table = page.getByRole('table', { name: 'Users' });
  await expect(table.getByRole('row')).toHaveCount(4);
  await editor.runButton.click();
  await expect(table.getByRole('cell', { name: 'Dora', exact: true })).toHaveClass(/changed/);
  await expect(page.getByRole('button', { name: 'Running…' })).toBeVisible();
  await editor.picture('users-live');
});

test('a page is worked by keyboard, and closing a dialog leads back to where one was', async ({
  editor,
  page,
}) => {
  await expect(editor.runButton).toBeEnabled();
  await toUsers(page);
  const opener = page.getByRole('button', { name: 'New user' });
  await opener.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'New user' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(opener).toBeFocused();
  await page.keyboard.press('Enter');
  await page
    .getByRole('dialog')
    .getByLabel(/^email/)
    .focus();
  await page.keyboard.type('kay@x.org');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toBeVisible(); // a password is missing
  await page.getByRole('dialog').getByLabel('Password').focus();
  await page.keyboard.type('a secret of hers');
  await page.keyboard.press('Enter');
  await expect(page.getByText('kay@x.org was created.')).toBeVisible();
  await expect(opener).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'email', exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('columnheader', { name: 'email' })).toHaveAttribute('aria-sort', 'ascending');
});

test('whatever stands in a record is text', async ({ editor, page }) => {
  await expect(editor.runButton).toBeEnabled();
  await page.request.post('/api/admin/users', { data: { email: 'eve@x.org', password: 'p', name: HOSTILE } });
  await page.request.post('/api/admin/users/roles', { data: { name: 'Eves' } });
  await toUsers(page);
  await expect(page.getByRole('cell', { name: HOSTILE })).toBeVisible();
  await page.getByRole('button', { name: 'Edit eve@x.org' }).click();
  await expect(page.getByRole('dialog').getByLabel(/^name/)).toHaveValue(HOSTILE);
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
});

test('axe finds nothing wrong with the pages of users', async ({ editor, page }) => {
  await expect(editor.runButton).toBeEnabled();
  await page.request.get('/api/users/restorepassword/alice@yourmail.com');
  await toUsers(page);
  await accessible(page, 'users');
  await page.getByRole('button', { name: 'Edit alice@yourmail.com' }).click();
  await expect(page.getByText('This user isn’t logged in anywhere.')).toBeVisible();
  await accessible(page, 'a user');
  await page.keyboard.press('Escape');
  for (const part of ['Properties', 'Roles', 'Rules', 'Outbox']) {
    await page.getByRole('link', { name: part, exact: true }).click();
    await expect(page.getByRole('link', { name: part, exact: true })).toHaveAttribute('aria-current', 'page');
    await accessible(page, part);
  }
});
