// SPDX-License-Identifier: Apache-2.0
// Not linked: tools/size_report reads the sizes of these arrays, which are those of the types.
#include <pawl/session/datagram_client.hpp>
#include <pawl/session/datagram_server.hpp>
#include <pawl/session/retry_cookies.hpp>
#include <pawl/session/session.hpp>
#include <pawl/wire/serial.hpp>

namespace pawl {

template <class T>
char size_of[sizeof(T)];

template char size_of<Session>[sizeof(Session)];
template char size_of<ClientCredential>[sizeof(ClientCredential)];
template char size_of<ClientSettings>[sizeof(ClientSettings)];
template char size_of<Enrolment>[sizeof(Enrolment)];
template char size_of<PasswordDerivation>[sizeof(PasswordDerivation)];
template char size_of<StreamSealer>[sizeof(StreamSealer)];
template char size_of<StreamOpener>[sizeof(StreamOpener)];
template char size_of<DatagramClient>[sizeof(DatagramClient)];
template char size_of<DatagramServerSession>[sizeof(DatagramServerSession)];
template char size_of<DatagramServer>[sizeof(DatagramServer)];
template char size_of<DatagramSealer>[sizeof(DatagramSealer)];
template char size_of<DatagramOpener>[sizeof(DatagramOpener)];
template char size_of<ReplayWindow>[sizeof(ReplayWindow)];
template char size_of<RetryCookies>[sizeof(RetryCookies)];
template char size_of<PacketEncoder>[sizeof(PacketEncoder)];
template char size_of<PacketDecoder>[sizeof(PacketDecoder)];

}  // namespace pawl
