// A hotline that has been at it for years: the demo's tickets, which the real life cycle played, copied with everything
// that belongs to them until there are as many as asked for.
#pragma once

#include <cstdint>

#include "server/storage/connection.hpp"

namespace callout::load {

// Grows the database that seed-demo made. What has ended is spread over five years, a few thousand tickets are open;
// four rounds of the demo's tickets fall to the same customers and machines, new ones come with the next four, and one
// customer in forty is a fleet that keeps calling all the years. Events stay numbered without a gap; nothing that is
// open falls due, so that nothing happens by itself while reading is measured. Says on stderr how far it is.
// Interrupted, it leaves a database to be thrown away. Throws when the demo alone has more tickets than asked for.
void grow_history(storage::Connection& db, std::int64_t tickets);

}  // namespace callout::load
