// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <map>
#include <memory>

#include <pawl/base/bytes.hpp>
#include <pawl/host/server/limits.hpp>

namespace pawl::host {

/// Where a client comes from as far as limits go, which is PeerAddress::prefix.
using SourcePrefix = ByteArray<9>;

/// Handshakes that have begun and not ended, in all and from each source prefix (PROTOCOL.md 14.1). A connection counts
/// from the moment it is accepted, because one that says nothing takes a permit as well. When there is no permit for a
/// newcomer, the oldest of those that have shown nothing goes, so that strangers who say nothing, or one byte a second,
/// keep nobody out.
class HalfOpenLimit {
 public:
  /// The one that has a permit.
  class Holder {
   public:
    /// Its permit is given to somebody else. The holder ends, and destroys its permit, before this returns or later.
    virtual void evict() = 0;

   protected:
    ~Holder() = default;
  };

  /// One of the permits, which is given back when this object ends. The limit outlives it.
  class Permit {
   public:
    Permit(const Permit&) = delete;
    Permit& operator=(const Permit&) = delete;
    ~Permit() { leave(); }
    /// The holder has said more than somebody would who only takes permits. From now on nobody else gets the permit.
    void keep() { holder_ = nullptr; }

   private:
    friend class HalfOpenLimit;
    Permit(HalfOpenLimit& limit, const SourcePrefix& source, Holder* holder)
        : limit_(limit), source_(source), holder_(holder) {}
    void leave();

    HalfOpenLimit& limit_;
    SourcePrefix source_;
    /// Who can be evicted. Null if nobody can, or if it was.
    Holder* holder_;
    bool taken_ = true;
    std::list<Permit*>::iterator position_{};
  };

  /// The limits outlive it, and may change.
  explicit HalfOpenLimit(const Limits& limits) : limits_(limits) {}
  explicit HalfOpenLimit(Limits&&) = delete;
  HalfOpenLimit(const HalfOpenLimit&) = delete;
  HalfOpenLimit& operator=(const HalfOpenLimit&) = delete;
  ~HalfOpenLimit() = default;

  /// Null if there is no permit, and nobody who has shown nothing. `holder` may be evicted until keep(). A permit with
  /// a null holder is never taken away.
  std::unique_ptr<Permit> enter(const SourcePrefix& source, Holder* holder);
  /// Evicts the oldest that has shown nothing, if there is one.
  void make_room() { evict(nullptr); }

 private:
  [[nodiscard]] bool full(const SourcePrefix& source) const;
  bool evict(const SourcePrefix* source);

  const Limits& limits_;
  std::map<SourcePrefix, std::size_t> count_{};
  /// The oldest comes first.
  std::list<Permit*> permits_{};
};

}  // namespace pawl::host
