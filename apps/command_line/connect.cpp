// SPDX-License-Identifier: Apache-2.0
#include "command/connect.hpp"

#include <memory>

#include "command/tunnel.hpp"
#include "shared.hpp"
#include "subcommands.hpp"

namespace pawl::app {
namespace {

constexpr const char* kConnectFooter =
    R"(Each line of standard input, whatever system it comes from, is a message; the replies go to standard output. At the
end of the input it waits for the replies that are due, and ends. Ctrl-C ends it in good order.

A server that is busy is asked again when it says, for five minutes at most; --no-wait ends it instead, with exit code 8.

With --retry it connects again by itself, after a random time below 1 s and then below 2 s, 4 s and so on up to 64 s, if
the server cannot be reached or the session is lost: exit codes 4 to 8 without it. Each message then has at most 1 MiB and
is sent after the reply to the one before. One whose reply did not come is sent again, so that it may arrive twice.

With --outbox each line is kept in a file, at most 1 MiB long, and sent until a server with --inbox has acknowledged it.
It gets into the inbox once and in order, whichever of the two is killed meanwhile. What is left of an earlier run is
sent first. Replies are not printed. Only one pawl connect may use an outbox at a time.

Over datagrams (--udp, --serial) a message is one datagram, sent once the reply to the one before came or, after 3
seconds, was given up. Some may be lost; pawl says which, and ends with exit code 5.

Examples:
    pawl connect localhost:7295 --credential alice.credential.toml
    pawl connect '[::1]:7295' --user alice --file photo.jpg
    pawl connect localhost:7295 --user alice --ticket alice.ticket.toml    comes back without the password
    pawl connect server:7295 --credential alice.credential.toml --listen localhost:5432    a tunnel
    pawl connect localhost:7295 --credential alice.credential.toml --retry --outbox alice.outbox.db
    pawl connect --udp localhost:7295 --credential alice.credential.toml
    pawl connect --serial /dev/ttyUSB0 --credential alice.credential.toml
    pawl connect localhost --nstp --user alice            the legacy protocol, to port 8080)";

/// `nstp` is the option of that name, with which there are no credentials and no modes.
void add_login_options(CLI::App& command, ConnectOptions& options, CLI::Option& nstp) {
  CLI::Option_group& login = *command.add_option_group("Login");
  CLI::Option* credential =
      login.add_option("--credential", options.credential, "Credential file that pawl enroll wrote")
          ->type_name(kFileValue);
  CLI::Option* user = login.add_option("--user", options.user, "User name; the password is asked for");
  login.require_option(1);
  command
      .add_option("--password-file", options.password_file,
                  "Take the first line of this file, or of standard input (-), instead of asking")
      ->type_name(kFileValue)
      ->needs(user)
      ->excludes(credential);
  CLI::Option* mode =
      command
          .add_option("--mode", options.mode,
                      "Key exchange of the user's enrolment: pake, psk_ecdhe, or psk, which has none [pake]")
          ->transform(modes())
          ->needs(user);
  CLI::Option* ticket = command
                            .add_option("--ticket", options.ticket,
                                        "Keep the server's ticket in this file, and come back with it within a day")
                            ->type_name(kFileValue);
  nstp.excludes(credential)->excludes(mode)->excludes(ticket);
}

CLI::Option* add_tunnel_option(CLI::App& command, ConnectOptions& options) {
  return command
      .add_option("--listen", options.listen,
                  "Instead of messages, carry TCP connections that come to HOST:PORT to a server with --forward")
      ->excludes("--ticket")
      ->excludes("--count")
      ->excludes("--no-wait")
      ->excludes("--retry")
      ->excludes("--outbox");
}

}  // namespace

void add_connect(CLI::App& app) {
  const auto options = std::make_shared<ConnectOptions>();
  CLI::App& command = *app.add_subcommand("connect", "Talk to a server");
  command.footer(kConnectFooter);
  CLI::Option* server = command.add_option("SERVER", options->server, "HOST:PORT");
  CLI::Option* udp = command.add_flag("--udp", options->udp, "Datagrams, to a server with --udp");
  CLI::Option* serial = add_line_options(command, options->line);
  serial->excludes(server)->excludes(udp);
  CLI::Option* with_nstp = add_nstp_options(command, options->nstp);
  with_nstp->excludes(udp)->excludes(serial);
  add_login_options(command, *options, *with_nstp);
  CLI::Option* file =
      command.add_option("--file", options->file, "Send this file, as one message")->type_name(kFileValue);
  CLI::Option* count =
      command
          .add_option("--count", options->count, "Send so many short messages, each after the reply to the one before")
          ->check(CLI::Range(1, 1'000'000))
          ->excludes(file);
  with_nstp->excludes(file);
  CLI::Option* no_wait = command.add_flag("--no-wait", options->no_wait,
                                          "Give up if the server is busy, instead of waiting until it says");
  with_nstp->excludes(no_wait);
  command
      .add_flag("--retry", options->retry, "Connect again until all is answered, whatever happens to the connection")
      ->excludes(no_wait);
  CLI::Option* outbox = command
                            .add_option("--outbox", options->outbox,
                                        "File to keep each line in until a server with --inbox has acknowledged it")
                            ->type_name(kFileValue);
  outbox->excludes(file)->excludes(count);
  with_nstp->excludes(outbox);
  add_tunnel_option(command, *options)
      ->needs(server)
      ->excludes(udp)
      ->excludes(serial)
      ->excludes(with_nstp)
      ->excludes(file);
  add_idle_option(command, options->idle, "server");
  on_run(command, {}, [options](Reporter& reporter) {
    return options->listen ? tunnel(*options, reporter) : connect(*options, reporter);
  });
}

}  // namespace pawl::app
