#pragma once

// What a Client is a handle of. One thread.

#include "client_end.hpp"

#include <tidegate/testing/host.hpp>

#include <memory>

namespace tidegate::kit {
class World;
}

namespace tg::testing {

struct Client::Connection {
    tidegate::kit::World* world;
    std::shared_ptr<tidegate::kit::ClientEnd> end;
    User user;
    std::string client_id;  // once it was seen
};

}  // namespace tg::testing
