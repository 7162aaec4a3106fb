// SPDX-License-Identifier: Apache-2.0
// Not linked: tools/size_report reads the sizes of these arrays, which are those of the types.
#include <pawl/session/session.hpp>

namespace pawl {

template <class T>
char size_of[sizeof(T)];

template char size_of<Session>[sizeof(Session)];
template char size_of<ClientCredential>[sizeof(ClientCredential)];
template char size_of<ClientSettings>[sizeof(ClientSettings)];
template char size_of<ServerRecord>[sizeof(ServerRecord)];
template char size_of<PasswordDerivation>[sizeof(PasswordDerivation)];
template char size_of<Sealer>[sizeof(Sealer)];
template char size_of<Opener>[sizeof(Opener)];

}  // namespace pawl
