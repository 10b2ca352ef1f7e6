#pragma once

// Runtime: the whole host, wired from settings: loops, switchboards, documents, plugins, listeners. Built in one place,
// in the order in which everything depends on everything else, and stopped in reverse. One per process, not because it
// must be.
//
//   open start (serving) stop

#include "base/result.hpp"
#include "config/settings.hpp"

#include <memory>
#include <string>

namespace tidegate::runtime {

class Runtime {
public:
    // Takes the data folder and both ports; nobody is served yet. Errors name what could not be had. [startup]
    static Result<std::unique_ptr<Runtime>> open(const config::Settings& settings);
    ~Runtime();

    // Loads the plugins, then accepts. A plugin that does not start is a status, not a failure. [startup]
    Result<void> start();

    // {"listen":"127.0.0.1:8080","admin":"127.0.0.1:9090"}
    std::string ready_line() const;

    // Refuses new connections, tells the clients, lets hooks end, then ends. True: all of it within the deadline. Once.
    bool stop();

private:
    class Parts;
    explicit Runtime(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace tidegate::runtime
