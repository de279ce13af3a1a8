#include "dispatch/incidents/same_fault.hpp"

#include <gtest/gtest.h>

namespace callout::dispatch {
namespace {

using namespace std::chrono;
using enum SameFaultReason;

constexpr Instant morning{sys_days{2026y / November / 23} + hours{8}};
constexpr Point yard{30.67, 104.06};

FaultFacts facts(std::int64_t ticket_id) {
    return {.ticket_id = ticket_id,
            .customer_id = ticket_id * 10,
            .fault_id = 5,
            .fault_group_id = 1,
            .fault_reported_at = morning};
}

std::vector<SameFault> rank(const FaultFacts& ticket, std::vector<FaultFacts> candidates) {
    return rank_same_faults(ticket, candidates);
}

TEST(SameFault, OneMachineIsOneFault) {
    auto ticket = facts(1);
    auto other = facts(2);
    ticket.asset_id = other.asset_id = 7;
    other.fault_reported_at += hours{30};
    const auto found = rank(ticket, {other});
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].kind, IncidentKind::same_fault);
    EXPECT_EQ(found[0].reasons, (std::vector{same_asset, same_fault}));
    EXPECT_EQ(found[0].minutes_apart, 30 * 60);
}

TEST(SameFault, WhatOneMachineFeedsHangsTogether) {
    auto generator = facts(1);
    auto pump = facts(2);
    auto lamp = facts(3);
    generator.asset_id = 7;
    pump.asset_id = 8;
    lamp.asset_id = 9;
    pump.upstream_asset_id = lamp.upstream_asset_id = 7;
    EXPECT_EQ(rank(generator, {pump})[0].reasons[0], upstream_asset);
    EXPECT_EQ(rank(pump, {generator})[0].reasons[0], upstream_asset);
    EXPECT_EQ(rank(pump, {lamp})[0].reasons[0], upstream_asset);
}

TEST(SameFault, OnePlaceWithinHoursIsOneFaultAndNextTownIsNot) {
    auto ticket = facts(1);
    auto other = facts(2);
    ticket.site = yard;
    other.site = Point{yard.latitude + 0.001, yard.longitude};
    EXPECT_EQ(rank(ticket, {other})[0].reasons, (std::vector{same_site, same_fault, same_hours}));
    other.site = Point{yard.latitude + 0.01, yard.longitude};
    EXPECT_EQ(rank(ticket, {other})[0].reasons, (std::vector{near_site, same_fault, same_hours}));
    other.fault_id = 6;
    EXPECT_TRUE(rank(ticket, {other}).empty());
    other.fault_id = 5;
    other.site = Point{yard.latitude + 1, yard.longitude};
    EXPECT_TRUE(rank(ticket, {other}).empty());
}

TEST(SameFault, OneFaultOfOneProductAtOtherCustomersIsACampaign) {
    auto ticket = facts(1);
    auto other = facts(2);
    ticket.site = yard;
    other.site = Point{yard.latitude + 1, yard.longitude};
    ticket.product_id = other.product_id = 3;
    const auto found = rank(ticket, {other});
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].kind, IncidentKind::campaign);
    other.customer_id = ticket.customer_id;
    EXPECT_TRUE(rank(ticket, {other}).empty());
}

TEST(SameFault, EndedTicketsOtherKindsAndTheTicketItselfNeverCount) {
    auto ticket = facts(1);
    ticket.asset_id = 7;
    auto ended = ticket;
    ended.ticket_id = 2;
    ended.state = TicketState::closed;
    auto enquiry = ticket;
    enquiry.ticket_id = 3;
    enquiry.kind = TicketKind::enquiry;
    EXPECT_TRUE(rank(ticket, {ticket, ended, enquiry}).empty());
}

TEST(SameFault, MissingAndImpossiblePlacesAreNoPlace) {
    auto ticket = facts(1);
    auto other = facts(2);
    ticket.site = other.site = Point{0, 0};
    EXPECT_TRUE(rank(ticket, {other}).empty());
}

TEST(SameFault, TheLikeliestIsFirstAndNobodyTwice) {
    auto ticket = facts(1);
    ticket.asset_id = 7;
    ticket.site = yard;
    ticket.product_id = 3;
    auto machine = ticket;
    machine.ticket_id = 5;
    auto place = facts(4);
    place.site = yard;
    auto batch = facts(3);
    batch.product_id = 3;
    const auto found = rank(ticket, {batch, place, machine, machine});
    ASSERT_EQ(found.size(), 3u);
    EXPECT_EQ(found[0].ticket_id, 5);
    EXPECT_EQ(found[1].ticket_id, 4);
    EXPECT_EQ(found[2].kind, IncidentKind::campaign);
}

}  // namespace
}  // namespace callout::dispatch
