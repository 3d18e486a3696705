package users

// Backendless's error codes that this service gives. The numbers are public
// and never change their meaning.
const (
	codeNoEntity   = 1000 // data API: no record with that id
	codeOffset     = 1004 // data API: the offset is not a number of 0 or more
	codePageSize   = 1005 // data API: the page size is not a number of 1 or more
	codeQuery      = 1006 // data API: anything else is wrong with a query, such as an unknown property in sortBy
	codeBadRecord  = 1007 // data API: a record can't be saved as it is
	codeNoTable    = 1009 // data API: no table of that name
	codeMayNotMake = 1011 // data API: no permission to make records
	codeMayNotSave = 1012 // data API: no permission to change this record
	codeMayNotFind = 1013 // data API: no permission to find records
	codeMayNotDrop = 1014 // data API: no permission to delete this record
	codeWhere      = 1017 // data API: the where-clause is wrong
	codePageTooBig = 1025 // data API: the page size is above 100

	codeWrongApp       = 2002 // application id or API key unknown
	codeNoRole         = 2005 // there is no such role
	codeAssignSystem   = 2007 // a system role can't be assigned
	codeUnassignSystem = 2008 // nor taken away
	codeRoleOnlyBL     = 2011 // roles are assigned with the CloudCode key only
	codeOnlyBL         = 2014 // login by object id without the CloudCode key

	codeLoginOnce       = 3002 // multiple logins are off and the account is logged in
	codeWrongLogin      = 3003 // unknown login or wrong password, told apart by nobody
	codeEmptyLogin      = 3006 // login or password is an empty text
	codeRegistrationOff = 3009 // registration is switched off
	codeRegisterUnknown = 3010 // register: unknown property while the dynamic schema is off
	codeNoPassword      = 3011 // register: no password
	codeMissing         = 3012 // register: a required property isn't in the request
	codeNoIdentity      = 3013 // register: no value for the identity property
	codeIdentityTaken   = 3018 // update: another user has this identity
	codeRestoreNobody   = 3020 // restore password: no user with that identity
	codeRegisterFailed  = 3021 // register: anything else
	codeLogoutFailed    = 3023 // logout: anything else
	codeUpdateFailed    = 3024 // update: anything else
	codeRestoreFailed   = 3025 // restore password: anything else
	codeNotLoggedIn     = 3028 // update: needs a user-token
	codeOtherUser       = 3029 // update: the record is someone else's
	codeNoUser          = 3030 // no user with that id
	codeUpdateUnknown   = 3031 // update: unknown property while the dynamic schema is off
	codeIdentityExists  = 3033 // register: another user has this identity
	codeLocked          = 3036 // locked for a while after too many failed logins
	codeArgument        = 3038 // a required argument is missing or null
	codeIDProperty      = 3039 // register: the property "id" is not allowed
	codeBadEmail        = 3040 // not an email address
	codeEmptyRequired   = 3041 // register: a required property is null or empty
	codeDuplicate       = 3043 // register: a property stands in the request twice
	codeTooManyLogins   = 3044 // maxConcurrentLogins is reached
	codeUpdateEmpty     = 3045 // update: a required property is null or empty
	codeStatusOnlyBL    = 3054 // a user's status is changed with the CloudCode key only
	codeNoUserBy        = 3057 // no user with that identity or id
	codeBadToken        = 3064 // the user-token is unknown or expired
	codeNotConfirmed    = 3087 // login: the email address isn't confirmed yet
	codeDisabled        = 3090 // the account is disabled
	codeConfirmed       = 3102 // resend confirmation: it is confirmed
	codeConfirmOff      = 3103 // resend confirmation: emailConfirmationRequired is off
	codeConfirmNobody   = 3104 // resend confirmation: no such user
	codeVerifyOnlyBL    = 3122 // passwords are verified with the CloudCode key only
)

// codeNoMail is for a user who has no address that a mail could go to.
const codeNoMail = 5050

// codeOther is for failures that Backendless has no number for: an unknown
// address, a wrong method, a fault of the service itself.
const codeOther = 0

// Codes of Backendless's that concern users and that this service never gives:
//
//	3000        a disabled account is refused with 3090 at every call, its login too,
//	            which is what the real server does and clients know
//	3001, 3007  an unknown application id or key is refused with 2002 before any
//	            login or logout is looked at
//	3014        there are no registrations through other services
//	3034        logins can't be switched off for all; accounts are disabled one by one
//	3091        sessions end with 3064, whatever ended them
//	8000        a text is as long as the body may be; there is no length of columns
