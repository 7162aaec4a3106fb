// SPDX-License-Identifier: Apache-2.0
/// Looks users up, for lookups_test.py to count the instructions: lookups STORE USER [KEY]. With STORE "naive:FILE" it
/// is a store as one would write it at first, in which a user who does not exist is less work. It is the control.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include <pawl/host/base/text.hpp>
#include <pawl/host/store/open_users.hpp>
#include <pawl/host/store/sqlite.hpp>

namespace {

using namespace pawl;

constexpr int kLookUps = 50;

class LookUps {
 public:
  LookUps() = default;
  LookUps(const LookUps&) = delete;
  LookUps& operator=(const LookUps&) = delete;
  virtual ~LookUps() = default;
  /// Whether the user was found.
  virtual bool find(Bytes user) = 0;
};

class StoreLookUps final : public LookUps {
 public:
  StoreLookUps(const std::string& path, const std::optional<host::StoreKey>& key)
      : users_(std::move(host::open_users(path, key).value())) {}
  bool find(Bytes user) override {
    const auto found = users_->find(user);
    return found.ok() && found.value() != nullptr;
  }

 private:
  std::unique_ptr<host::EditableUsers> users_;
};

class NaiveLookUps final : public LookUps {
 public:
  explicit NaiveLookUps(const std::string& path)
      : database_(std::move(host::SqliteDatabase::open(path).value())),
        find_(std::move(database_.prepare("SELECT * FROM users WHERE name = ?1").value())) {}
  bool find(Bytes user) override {
    find_.bind(1, user);
    const auto row = find_.step(host::Failure::Kind::file_read);
    const bool found = row.ok() && row.value();
    for (int column = 6; found && column < 12; ++column) {
      Secret<struct ColumnTag, 64> secret;
      const Bytes value = find_.blob(column);
      copy(value.first(std::min(value.size(), secret.writable().size())), secret.writable());
    }
    find_.reset();
    return found;
  }

 private:
  host::SqliteDatabase database_;
  host::SqliteStatement find_;
};

std::unique_ptr<LookUps> open(const std::string& store, const char* key_file) {
  constexpr std::string_view kNaive = "naive:";
  if (store.rfind(kNaive, 0) == 0) return std::make_unique<NaiveLookUps>(store.substr(kNaive.size()));
  std::optional<host::StoreKey> key;
  if (key_file != nullptr) key.emplace(std::move(host::read_store_key(key_file).value()));
  return std::make_unique<StoreLookUps>(store, key);
}

}  // namespace

/// What is counted, by its name.
extern "C" [[gnu::noinline]] bool counted_look_up(LookUps& store, Bytes user) { return store.find(user); }

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) return 2;
  const auto store = open(argv[1], argv[3]);
  const Bytes user = host::bytes_of(argv[2]);
  // The first ones open files and fill caches.
  for (const char* each : {"alice", "nobdy", "alice", "nobdy"}) store->find(host::bytes_of(each));
  bool found = false;
  for (int i = 0; i < kLookUps; ++i) found = counted_look_up(*store, user);
  std::puts(found ? "found" : "not found");
  return 0;
}
