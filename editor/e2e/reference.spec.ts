import { expect, test } from './editor';

test('the reference example runs and shows its result, the record, and the values on its blocks', async ({
  editor,
  page,
}) => {
  await expect(page).toHaveURL(/\/flows\/update-user$/);
  await expect(page.getByLabel('Title of the flow')).toHaveValue('Update a user');
  await expect(editor.blocks.getByText('Update User', { exact: true })).toBeVisible();
  await expect(editor.input('password')).toHaveAttribute('type', 'password');

  await editor.runButton.click();
  await expect(page.getByText('Succeeded')).toBeVisible();

  const changed = page.getByRole('table', { name: /alice@newmail\.com/ });
  await expect(
    changed.getByRole('row', { name: 'email alice@yourmail.com alice@newmail.com' }),
  ).toBeVisible();
  await expect(
    changed.getByRole('row', { name: 'address 1 Looking-Glass Lane 27 Rose Street' }),
  ).toBeVisible();

  const result = page.getByRole('region', { name: 'Result' });
  await expect(result.getByRole('row', { name: 'address 27 Rose Street' })).toBeVisible();
  await expect(editor.block('login').getByText('{ alice@yourmail.… }')).toBeVisible();
  await expect(editor.block('update').getByText('{ alice@newmail.c… }').first()).toBeVisible();
  await expect(page.getByText('wonderland')).toHaveCount(0);
  await editor.picture('run');

  await editor.tab('Users').click();
  const table = page.getByRole('table', { name: 'Users' });
  await expect(table.getByRole('row', { name: /alice@newmail\.com Alice 27 Rose Street/ })).toBeVisible();
  await editor.picture('users');
});

test('the steps of a run go back and forth', async ({ editor, page }) => {
  await editor.runButton.click();
  await expect(page.getByText('Succeeded')).toBeVisible();
  await editor.tab('Steps').click();
  await expect(page.getByText('Step 18 of 18')).toBeVisible();
  await page.getByRole('button', { name: 'First step' }).click();
  await expect(page.getByText('Step 1 of 18')).toBeVisible();
  await expect(page.getByText('No variable is set yet.')).toBeVisible();
  const slider = page.getByRole('slider', { name: 'Step' });
  await slider.focus();
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
  await expect(page.getByText('Sets user to')).toBeVisible();
  await expect(page.getByText('No variable is set yet.')).toHaveCount(0);
  await editor.picture('steps');
});

test('a wrong password is an error on the Login block, in words', async ({ editor, page }) => {
  await editor.input('password').fill('not the password');
  await editor.runButton.click();
  await expect(page.getByText('Failed', { exact: true })).toBeVisible();
  await expect(page.getByRole('alert').getByText('Invalid login or password')).toBeVisible();
  await expect(editor.blocks.getByText('Invalid login or password')).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('Login “alice@yourmail.com” password');
  await expect(editor.block('login')).toHaveClass(/failed-block/);
  await editor.picture('wrong-password');
});

test('after the demo user has moved on, resetting the demo users lets the flow run again', async ({
  editor,
  page,
}) => {
  await editor.runButton.click();
  await expect(page.getByText('Succeeded')).toBeVisible();
  await editor.runButton.click();
  await expect(page.getByText('Failed', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Reset demo users and run again' }).click();
  await expect(page.getByText('Succeeded')).toBeVisible();
});

test('everything about a run can be done by keyboard', async ({ editor, page }) => {
  await editor.runButton.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Succeeded')).toBeVisible();
  await editor.tab('Run').focus();
  await page.keyboard.press('ArrowRight');
  await expect(editor.tab('Steps')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'First step' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Step 1 of 18')).toBeVisible();
});

test('a value on a block leads to the step that gave it', async ({ editor, page }) => {
  await editor.runButton.click();
  await expect(page.getByText('Succeeded')).toBeVisible();
  await editor.block('update').getByText('{ alice@newmail.c… }').first().click();
  await expect(editor.tab('Steps')).toHaveAttribute('aria-selected', 'true');
  await expect(
    page.getByRole('tabpanel').getByRole('row', { name: 'address 27 Rose Street' }).first(),
  ).toBeVisible();
});
