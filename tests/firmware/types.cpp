// SPDX-License-Identifier: Apache-2.0
// Not linked: tools/size_report reads the sizes of these arrays, which are those of the types.
#include <pawl/session/session.hpp>

extern "C" {
extern const char sizeof_Session[sizeof(pawl::Session)];
const char sizeof_Session[sizeof(pawl::Session)] = {};
extern const char sizeof_ClientCredential[sizeof(pawl::ClientCredential)];
const char sizeof_ClientCredential[sizeof(pawl::ClientCredential)] = {};
extern const char sizeof_ClientSettings[sizeof(pawl::ClientSettings)];
const char sizeof_ClientSettings[sizeof(pawl::ClientSettings)] = {};
extern const char sizeof_ServerRecord[sizeof(pawl::ServerRecord)];
const char sizeof_ServerRecord[sizeof(pawl::ServerRecord)] = {};
extern const char sizeof_PasswordDerivation[sizeof(pawl::PasswordDerivation)];
const char sizeof_PasswordDerivation[sizeof(pawl::PasswordDerivation)] = {};
extern const char sizeof_Sealer[sizeof(pawl::Sealer)];
const char sizeof_Sealer[sizeof(pawl::Sealer)] = {};
extern const char sizeof_Opener[sizeof(pawl::Opener)];
const char sizeof_Opener[sizeof(pawl::Opener)] = {};
}
