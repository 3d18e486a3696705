// Backendless's own SDK against the user service: every call of its UserService,
// and its Data calls on Users and on a table of one's own.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import Backendless from 'backendless'
import { startService } from './service.js'

let service

before(async () => {
  service = await startService()
  service.users('role', 'create', 'Editor')
})

after(() => service?.stop())

const password = 'wonderland'
let people = 0
const someone = () => `person${++people}@example.org`

// Instances of the SDK that know nothing of each other.
const forms = {
  'with application id and API key': () => Backendless.initApp({
    serverURL: service.url, appId: service.appId, apiKey: service.keys.JS, standalone: true,
  }),
  'with a domain': () => Backendless.initApp({ domain: service.url, standalone: true }),
}
const asServer = () => Backendless.initApp({
  serverURL: service.url, appId: service.appId, apiKey: service.keys.BL, standalone: true,
})

const refusedWith = (code, status) => (error) => {
  assert.equal(error.code, code, error.message)
  if (status) assert.equal(error.status, status)
  return true
}

// member registers a user with this instance and logs in.
async function member(app, properties = {}) {
  const email = someone()
  await app.UserService.register({ email, password, ...properties })
  return app.UserService.login(email, password)
}

for (const [form, open] of Object.entries(forms)) {
  describe(`the SDK ${form}`, () => {
    test('who registers is a user, without password and token', async () => {
      const app = open()
      const email = someone()
      const user = await app.UserService.register(new app.User({ email, password, name: 'Alice', age: 7 }))
      assert.ok(user instanceof app.User)
      assert.equal(user.email, email)
      assert.equal(user.age, 7)
      assert.equal(user.userStatus, 'ENABLED')
      assert.equal(user.ownerId, user.objectId)
      assert.equal(user.password, undefined)
      assert.equal(user['user-token'], undefined)
      await assert.rejects(app.UserService.register({ email, password }), refusedWith(3033, 409))
      await assert.rejects(app.UserService.register({ email: someone() }), refusedWith(3011, 400))
    })

    test('a login is remembered, and a wrong one refused', async () => {
      const app = open()
      const user = await member(app, { name: 'Bob' })
      assert.equal(app.UserService.getCurrentUserToken(), user['user-token'])
      assert.equal((await app.UserService.getCurrentUser()).objectId, user.objectId)
      assert.equal((await app.UserService.getCurrentUser(true)).name, 'Bob')
      assert.equal(await app.UserService.isValidLogin(), true)
      assert.deepEqual(await app.UserService.getUserRoles(), ['AuthenticatedUser', form.includes('key') ? 'JSUser' : 'RestUser'])
      await assert.rejects(open().UserService.login(user.email, 'wrong'), refusedWith(3003, 401))
      await assert.rejects(open().UserService.login(user.objectId), refusedWith(2014, 400))
      const other = open()
      other.UserService.setCurrentUser({ ...user })
      assert.equal(await other.UserService.isValidLogin(), true)
      await app.UserService.logout()
      assert.equal(await app.UserService.getCurrentUser(), null)
      assert.equal(await other.UserService.isValidLogin(), false)
      await assert.rejects(other.UserService.logout(), refusedWith(3064)) // its session has ended already
      assert.equal(other.UserService.getCurrentUserToken(), null)
      await open().UserService.logout() // there was none
    })

    test('a login that stays, and a current user that is set', async () => {
      const app = open()
      const { email } = await member(app)
      await app.UserService.login(email, password, true)
      const user = await app.UserService.getCurrentUser()
      const other = open()
      await other.UserService.setCurrentUser(user, true)
      assert.equal((await other.UserService.getCurrentUser()).objectId, user.objectId)
    })

    test('an update changes what was sent and gives the whole user back', async () => {
      const app = open()
      const user = await member(app, { name: 'Carol', phoneNumber: '1' })
      user.phoneNumber = '2125551212'
      const updated = await app.UserService.update(user)
      assert.equal(updated.phoneNumber, '2125551212')
      assert.equal(updated.name, 'Carol')
      assert.ok(updated.updated)
      const part = await app.UserService.update({ objectId: user.objectId, name: 'Caroline' })
      assert.equal(part.phoneNumber, '2125551212')
      const taken = await open().UserService.register({ email: someone(), password })
      await assert.rejects(app.UserService.update({ objectId: user.objectId, email: taken.email }), refusedWith(3018, 409))
      await assert.rejects(app.UserService.update({ objectId: taken.objectId, name: 'x' }), refusedWith(3029, 400))
      await assert.rejects(open().UserService.update({ objectId: user.objectId, name: 'x' }), refusedWith(3028, 400))
      await app.UserService.update({ objectId: user.objectId, password: 'looking glass' })
      await open().UserService.login(user.email, 'looking glass')
    })

    test('a guest becomes a user', async () => {
      const app = open()
      const guest = await app.UserService.loginAsGuest()
      assert.equal(guest.userStatus, 'GUEST')
      const user = await app.UserService.register({ objectId: guest.objectId, email: someone(), password })
      assert.equal(user.objectId, guest.objectId)
      assert.equal(user.userStatus, 'ENABLED')
    })

    test('the user class is described', async () => {
      const all = await open().UserService.describeUserClass()
      const email = all.find((property) => property.name === 'email')
      assert.equal(email.identity, true)
      assert.equal(email.type, 'STRING')
    })

    test('mails are asked for', async () => {
      const app = open()
      const { email } = await member(app)
      await app.UserService.restorePassword(email)
      await assert.rejects(app.UserService.restorePassword('nobody@example.org'), refusedWith(3020))
      await assert.rejects(app.UserService.resendEmailConfirmation(email), (error) => [3102, 3103].includes(error.code))
      await assert.rejects(app.UserService.createEmailConfirmationURL(email), (error) => error.code > 0)
    })

    test('what only servers may do is refused', async () => {
      const app = open()
      const user = await member(app)
      await assert.rejects(app.UserService.assignRole(user.objectId, 'Editor'), refusedWith(2011))
      await assert.rejects(app.UserService.unassignRole(user.objectId, 'Editor'), refusedWith(2011))
      await assert.rejects(app.UserService.disableUser(user.objectId), refusedWith(3054))
      await assert.rejects(app.UserService.getUserRoles(user.objectId), refusedWith(3054))
      await assert.rejects(app.UserService.verifyPassword(password), refusedWith(3122))
    })

    test('a token that has ended is told in words the SDK knows', async () => {
      const app = open()
      const user = await member(app)
      const other = open()
      await other.UserService.login(user.email, password)
      other.UserService.setCurrentUserToken('NO-SUCH-TOKEN')
      await assert.rejects(other.UserService.update({ objectId: user.objectId, name: 'x' }), (error) => {
        assert.equal(error.code, 3064)
        assert.equal(error.message, 'Not existing user token - NO-SUCH-TOKEN. Relogin user to update your user token')
        return true
      })
    })

    test('Data calls on Users', async () => {
      const app = open()
      const store = app.Data.of(app.User)
      const user = await member(app, { name: 'Dora', score: 5 })
      assert.equal((await store.findById(user.objectId)).name, 'Dora')
      const query = app.Data.QueryBuilder.create().setWhereClause("score > 4 AND name LIKE 'D%'").setSortBy('created desc')
      assert.deepEqual((await store.find(query)).map((one) => one.objectId), [user.objectId])
      assert.equal((await store.findFirst()).objectId, user.objectId)
      assert.equal((await store.findLast()).objectId, user.objectId)
      assert.equal(await store.getObjectCount("name = 'Dora'"), 1)
      assert.equal((await store.save({ objectId: user.objectId, score: 6 })).score, 6)
      assert.ok((await app.Data.describe('Users')).some((property) => property.name === 'score'))
      await assert.rejects(store.find(app.Data.QueryBuilder.create().setWhereClause("x' OR 1=1")), refusedWith(1017))
      assert.ok((await store.remove(user.objectId)).deletionTime)
      await assert.rejects(store.findById(user.objectId))
    })

    test('Data calls on a table of one’s own', async () => {
      const app = open()
      const user = await member(app)
      const store = app.Data.of('Orders')
      const made = await store.save({ title: 'Tea', price: 12.5, paid: false })
      assert.equal(made.ownerId, user.objectId)
      assert.equal((await store.save({ ...made, paid: true })).paid, true)
      await store.save({ title: 'Milk', price: 2 })
      const dear = app.Data.QueryBuilder.create().setWhereClause('price > 10').setProperties('title')
      assert.deepEqual((await store.find(dear)).map((one) => one.title), ['Tea'])
      assert.equal(await store.getObjectCount(), 2)
      assert.equal((await store.findById(made.objectId)).title, 'Tea')
      await store.remove(made)
      await assert.rejects(store.findById(made.objectId), refusedWith(1000))
      assert.equal((await store.findFirst()).title, 'Milk')
      await assert.rejects(app.Data.of('Nothing').find(), refusedWith(1009))
    })
  })
}

describe('the SDK with the CloudCode key', () => {
  test('roles are given and taken', async () => {
    const app = asServer()
    const user = await forms['with a domain']().UserService.register({ email: someone(), password })
    await app.UserService.assignRole(user.email, 'Editor')
    assert.deepEqual(await app.UserService.getUserRoles(user.objectId), ['AuthenticatedUser', 'Editor'])
    const found = await app.UserService.findByRole('Editor', true)
    assert.deepEqual(found.map((one) => one.objectId), [user.objectId])
    await app.UserService.unassignRole(user.email, 'Editor')
    assert.deepEqual(await app.UserService.findByRole('Editor'), [])
    await assert.rejects(app.UserService.assignRole(user.email, 'Nothing'), refusedWith(2005))
    await assert.rejects(app.UserService.assignRole(user.email, 'RestUser'), refusedWith(2007))
  })

  test('users are disabled, enabled, logged in by id, and their passwords verified', async () => {
    const app = asServer()
    const user = await forms['with a domain']().UserService.register({ email: someone(), password })
    await app.UserService.disableUser(user.objectId)
    await assert.rejects(forms['with a domain']().UserService.login(user.email, password), refusedWith(3090))
    await app.UserService.enableUser(user.objectId)
    const entered = await app.UserService.login(user.objectId)
    assert.equal(entered.email, user.email)
    assert.equal(await app.UserService.verifyPassword(password), true)
    assert.equal(await app.UserService.verifyPassword('wrong'), false)
  })

  test('a wrong key is refused', async () => {
    const app = Backendless.initApp({ serverURL: service.url, appId: service.appId, apiKey: 'NO-KEY', standalone: true })
    await assert.rejects(app.UserService.login('a@example.org', 'x'), refusedWith(2002, 400))
  })
})
