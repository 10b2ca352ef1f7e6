#pragma once

// What the presence calls answer with and on_presence tells: values that own their texts. [any-thread]

#include <tidegate/session.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tg {

class PresentUser {
public:
    PresentUser(std::string user, std::string info, std::string state, std::uint64_t connections) noexcept
        : user_(std::move(user)), info_(std::move(info)), state_(std::move(state)), connections_(connections) {}

    const std::string& user() const& noexcept { return user_; }
    std::string user() && noexcept { return std::move(user_); }
    // A JSON object: of his newest session.
    const std::string& info() const& noexcept { return info_; }
    std::string info() && noexcept { return std::move(info_); }
    // A JSON object: what he does now; empty when nothing was said.
    const std::string& state() const& noexcept { return state_; }
    std::string state() && noexcept { return std::move(state_); }
    // 0: in his grace.
    std::uint64_t connections() const noexcept { return connections_; }

private:
    std::string user_;
    std::string info_;
    std::string state_;
    std::uint64_t connections_;
};

class PresenceList {
public:
    PresenceList(std::vector<PresentUser> users, std::uint64_t total) noexcept
        : users_(std::move(users)), total_(total) {}

    // By user, at most 1,000.
    const std::vector<PresentUser>& users() const& noexcept { return users_; }
    std::vector<PresentUser> users() && noexcept { return std::move(users_); }
    // How many there are.
    std::uint64_t total() const noexcept { return total_; }

private:
    std::vector<PresentUser> users_;
    std::uint64_t total_;
};

class PresenceJoined {
public:
    PresenceJoined(std::string user, std::string info, std::vector<Session> sessions) noexcept
        : user_(std::move(user)), info_(std::move(info)), sessions_(std::move(sessions)) {}

    const std::string& user() const& noexcept { return user_; }
    std::string user() && noexcept { return std::move(user_); }
    const std::string& info() const& noexcept { return info_; }
    std::string info() && noexcept { return std::move(info_); }
    // Those he has on the channel.
    const std::vector<Session>& sessions() const& noexcept { return sessions_; }
    std::vector<Session> sessions() && noexcept { return std::move(sessions_); }

private:
    std::string user_;
    std::string info_;
    std::vector<Session> sessions_;
};

class PresenceLeft {
public:
    PresenceLeft(std::string user, std::string info) noexcept : user_(std::move(user)), info_(std::move(info)) {}

    const std::string& user() const& noexcept { return user_; }
    std::string user() && noexcept { return std::move(user_); }
    const std::string& info() const& noexcept { return info_; }
    std::string info() && noexcept { return std::move(info_); }

private:
    std::string user_;
    std::string info_;
};

}  // namespace tg
